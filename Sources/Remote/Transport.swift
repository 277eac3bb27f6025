/// Where and as whom to log in.
package struct Endpoint: Hashable, Sendable {
    /// The inventory's name of the host: what messages call it.
    package var name: String
    /// Address or host name to connect to (an alias of `~/.ssh/config` is resolved by the transport).
    package var address: String
    /// nil: what `~/.ssh/config` says, else 22.
    package var port: Int?
    /// nil: what `~/.ssh/config` says, else the operator's own name.
    package var user: String?
    /// Path of a private key to try before the agent's and the default ones.
    package var privateKeyFile: String?
    package var password: Secret?
    /// Host keys pinned in the inventory (`ssh-ed25519 AAAA…`): then known_hosts is not asked.
    package var hostKeys: [String]
    /// known_hosts file; nil: the user's own.
    package var knownHostsFile: String?
    /// A host, or several with commas between, to go through: `[user@]host[:port]`; nil: what `~/.ssh/config` says.
    package var proxyJump: String?
    /// The options of our own command line that lead to this host (`-i`, `lab`): for commands that messages suggest.
    package var commandOptions: [String]
    /// Time for connecting, exchanging keys and logging in.
    package var connectTimeout: Duration

    package init(
        name: String, address: String, port: Int? = nil, user: String? = nil, privateKeyFile: String? = nil,
        password: Secret? = nil, hostKeys: [String] = [], knownHostsFile: String? = nil,
        proxyJump: String? = nil, commandOptions: [String] = [], connectTimeout: Duration = .seconds(10)
    ) {
        self.name = name
        self.address = address
        self.port = port
        self.user = user
        self.privateKeyFile = privateKeyFile
        self.password = password
        self.hostKeys = hostKeys
        self.knownHostsFile = knownHostsFile
        self.proxyJump = proxyJump
        self.commandOptions = commandOptions
        self.connectTimeout = connectTimeout
    }
}

/// The account a shell runs as after `sudo`.
package struct Become: Hashable, Sendable {
    package var user: String
    package var password: Secret?

    package init(user: String = "root", password: Secret? = nil) {
        self.user = user
        self.password = password
    }
}

/// Logs in to hosts.
package protocol Transport: Sendable {
    /// - Throws: `TransportError`.
    func connect(to endpoint: Endpoint) async throws -> any HostConnection
}

/// One logged-in connection to a host; it carries shells and tunnels at once.
package protocol HostConnection: Sendable {
    /// The long-lived shell of an account (nil: the login user), started when first asked for and the same one after.
    ///
    /// `greeting` only reads; it runs once, while the shell starts, so that facts and the first look cost no round trip
    /// of their own.
    /// - Throws: `TransportError`.
    func shell(as account: Become?, greeting: [Fragment]) async throws -> any RemoteShell

    /// A second shell of an account, for what can't wait until the first one has ended a long command.
    /// - Throws: `TransportError`.
    func companion(as account: Become?) async throws -> any RemoteShell

    /// A byte stream to an address as seen from the host (SSH's direct-tcpip).
    /// - Throws: `TransportError`.
    func tunnel(to address: String, port: Int) async throws -> TunnelSocket

    func close() async
}

/// A framed `sh` on a host: one round trip a call.
package protocol RemoteShell: Sendable {
    /// What the greeting answered when the shell was started; whoever asked for it first has chosen the greeting.
    var greeting: [Reply] { get }

    /// Runs the fragments in order in one round trip.
    ///
    /// A changing fragment with a status other than 0 ends the batch: the replies then are fewer than the fragments.
    /// - Throws: `TransportError`.
    func run(_ fragments: [Fragment]) async throws -> [Reply]

    /// The same; `hearing` is called with what fragments that `streams` print, while they run, from any thread.
    func run(_ fragments: [Fragment], hearing: @escaping @Sendable (StreamedOutput) -> Void) async throws -> [Reply]

    /// Runs a fragment that reads on its standard input what the feed gives, while it gives it.
    ///
    /// The fragment ends with the connection, its input then being cut short, whatever its effect is; it has no time
    /// limit. A feed that throws ends the fragment's input early, and its error is thrown when the fragment has ended.
    /// - Throws: `TransportError`, and what the feed throws.
    func run(_ fragment: Fragment, fedBy feed: any ByteFeed) async throws -> Reply
}

/// Bytes that are made while they are sent.
package protocol ByteFeed: Sendable {
    /// The next ones, at best some megabytes; nil at the end.
    func next() async throws -> [UInt8]?
}

/// A piece of what a change prints.
package struct StreamedOutput: Hashable, Sendable {
    /// The change's place among the fragments of its request.
    package var fragment: Int
    package var isError: Bool
    package var bytes: [UInt8]

    package init(fragment: Int, isError: Bool, bytes: [UInt8] = []) {
        self.fragment = fragment
        self.isError = isError
        self.bytes = bytes
    }
}

extension RemoteShell {
    /// For shells that tell everything at the end.
    package func run(
        _ fragments: [Fragment], hearing: @escaping @Sendable (StreamedOutput) -> Void
    ) async throws -> [Reply] { try await run(fragments) }

    /// For shells that can't send while a fragment runs: all bytes first.
    package func run(_ fragment: Fragment, fedBy feed: any ByteFeed) async throws -> Reply {
        try await run([try await fragment.collecting(feed)]).first ?? Reply(status: 1)
    }
}

extension Fragment {
    /// The same fragment with all that the feed gives as an input, which it reads as its standard input.
    package func collecting(_ feed: any ByteFeed) async throws -> Fragment {
        var bytes: [UInt8] = []
        while let more = try await feed.next() { bytes += more }
        var collected = self
        collected.inputs.append(bytes)
        collected.shell = "exec <\"$in\(collected.inputs.count)\"\n\(shell)"
        return collected
    }
}

/// The operator's end of a tunnel: a connected stream socket, closed when the last reference goes.
package final class TunnelSocket: Sendable {
    package let fileDescriptor: Int32
    private let onClose: @Sendable (Int32) -> Void

    /// - Parameter onClose: closes the descriptor; called once.
    package init(fileDescriptor: Int32, onClose: @escaping @Sendable (Int32) -> Void) {
        self.fileDescriptor = fileDescriptor
        self.onClose = onClose
    }

    deinit { onClose(fileDescriptor) }
}

/// Why a host could not be used.
package enum TransportError: Error, Hashable, Sendable {
    case unreachable(host: String, address: String, reason: String)
    /// `accept` is the command that records the key.
    case unknownHostKey(host: String, fingerprint: String, accept: String)
    case changedHostKey(host: String, fingerprint: String, known: String)
    case authenticationFailed(host: String, user: String, tried: [String])
    case sudoPasswordMissing(host: String, user: String)
    case sudoPasswordWrong(host: String, user: String)
    case sudoRefused(host: String, message: String)
    /// The connection broke, or what came back was no frame.
    case lost(host: String, reason: String)
    case timedOut(host: String, doing: String)
}

extension TransportError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let host, let address, let reason): "\(host): cannot connect to \(address): \(reason)"
        case .unknownHostKey(let host, let fingerprint, let accept):
            """
            \(host): unknown host key \(fingerprint)
              compare it with the one on the host's console, then accept it: \(accept)
            """
        case .changedHostKey(let host, let fingerprint, let known):
            """
            \(host): the host key has changed to \(fingerprint), and \(known) holds another
              somebody may be listening in; if the host was reinstalled, remove the old key from there
            """
        case .authenticationFailed(let host, let user, let tried):
            """
            \(host): cannot log in as \(user): \(tried.isEmpty ? "nothing to try" : tried.joined(separator: ", "))
              name a key with --private-key or ansible_ssh_private_key_file, add one to the agent, or use -k for a password
            """
        case .sudoPasswordMissing(let host, let user):
            "\(host): sudo asks for the password of the login user, to become \(user)\n  give it with -K, or in INTCHAIN_BECOME_PASSWORD"
        case .sudoPasswordWrong(let host, let user):
            "\(host): sudo refused the password of the login user, to become \(user)"
        case .sudoRefused(let host, let message): "\(host): sudo: \(message)"
        case .lost(let host, let reason): "\(host): connection lost: \(reason)"
        case .timedOut(let host, let doing): "\(host): timed out while \(doing)"
        }
    }
}
