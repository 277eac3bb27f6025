import BlockingIO
import Glibc

/// "Logs in" to the operator's own machine (`ansible_connection: local`): the same shell and framing without SSH.
package struct LocalTransport: Transport {
    private let environment: [String]?
    private let workshop: String?

    /// - Parameters:
    ///   - environment: `NAME=value` each; nil: our own.
    ///   - workshop: an existing folder of the caller's alone, with no space in its path, where the changes of its own
    ///     account and their lock are; nil: the machine's own. Who has another one stands for another host.
    package init(environment: [String]? = nil, workshop: String? = nil) {
        self.environment = environment
        self.workshop = workshop
    }

    package func connect(to endpoint: Endpoint) async throws -> any HostConnection {
        LocalConnection(host: endpoint.name, environment: environment, workshop: workshop)
    }
}

/// Shells of the operator's own account; another account's is reached by `sudo`, as on any host.
actor LocalConnection: HostConnection {
    private let host: String
    private let environment: [String]?
    private let workshop: String?
    private let dialer = Dialer()
    private var shells: [String: ShellProcess] = [:]

    init(host: String, environment: [String]?, workshop: String?) {
        self.host = host
        self.environment = environment
        self.workshop = workshop
    }

    func shell(as account: Become?, greeting: [Fragment]) async throws -> any RemoteShell {
        let process = process(as: account?.user == ownName ? nil : account, greeting: greeting)
        return LocalShell(process: process, greeting: try await process.start())
    }

    func companion(as account: Become?) async throws -> any RemoteShell {
        let process = process(as: account?.user == ownName ? nil : account, isCompanion: true, greeting: [])
        return LocalShell(process: process, greeting: try await process.start())
    }

    private func process(as account: Become?, isCompanion: Bool = false, greeting: [Fragment]) -> ShellProcess {
        let key = (isCompanion ? "companion " : "") + (account?.user ?? "")
        if let known = shells[key], !known.life.isOver { return known }
        let process = ShellProcess(
            host: host, account: account, greeting: greeting, environment: environment,
            workshop: account == nil ? workshop : nil)
        shells[key] = process
        return process
    }

    private var ownName: String? {
        getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) }
    }

    func tunnel(to address: String, port: Int) async throws -> TunnelSocket {
        try await dialer.connect(host: host, to: address, port: port)
    }

    func close() async {
        let open = shells.values
        shells = [:]
        for shell in open { await shell.stop() }
    }
}

struct LocalShell: RemoteShell {
    let process: ShellProcess
    let greeting: [Reply]

    func run(_ fragments: [Fragment]) async throws -> [Reply] {
        try await process.run(fragments) { _ in }
    }

    func run(
        _ fragments: [Fragment], hearing: @escaping @Sendable (StreamedOutput) -> Void
    ) async throws -> [Reply] { try await process.run(fragments, hearing: hearing) }
}
