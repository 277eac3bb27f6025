import BlockingIO
import Glibc
import Remote

/// Owns sessions and the thread they live on: waits for all their sockets at once and answers calls in between.
actor SessionLoop: PollingActor {
    private let executor = PollingExecutor(label: "ssh")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let directory: String?
    private lazy var identityFiles = readIdentityFiles()
    private var sessions: [Int: Session] = [:]
    /// Why sessions ended that their owners have not closed yet.
    private var failures: [Int: any Error] = [:]
    private var shells: [Int: ShellChannel] = [:]
    private var accounts: [AccountKey: Int] = [:]
    /// Those that are being opened.
    private var tunnels: [Int: TunnelChannel] = [:]
    private var polled: [Session] = []

    private struct AccountKey: Hashable {
        let session: Int
        let user: String?
        let isCompanion: Bool
    }

    init(directory: String?) {
        self.directory = directory
        executor.start(self)
    }

    deinit { executor.stop() }

    nonisolated func newID() -> Int { Int.random(in: 1 ... .max) }

    // MARK: Waiting

    func interests() -> (descriptors: [pollfd], timeout: Int32) {
        var descriptors: [pollfd] = []
        polled = []
        var alarm: ContinuousClock.Instant?
        for session in sessions.values {
            for interest in [session.interest] + session.users.map(\.interest) {
                guard let interest else { continue }
                descriptors.append(interest)
                polled.append(session)
            }
            if let next = session.nextAlarm { alarm = min(alarm ?? next, next) }
        }
        return (descriptors, alarm.map { Self.milliseconds(until: $0) } ?? -1)
    }

    private static func milliseconds(until instant: ContinuousClock.Instant) -> Int32 {
        let (seconds, attoseconds) = (instant - .now).components
        return Int32(clamping: max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1))
    }

    func serve(_ descriptors: [pollfd]) {
        var last: Session?
        for (session, descriptor) in zip(polled, descriptors) where descriptor.revents != 0 {
            if descriptor.revents & Int16(POLLIN) != 0 { session.heard() }
            if session !== last { session.advance() }
            last = session
        }
        polled = []
        let now = ContinuousClock.now
        for session in sessions.values {
            if let alarm = session.nextAlarm, alarm <= now { session.ring() }
        }
        forgetEnded()
    }

    private func forgetEnded() {
        for (id, session) in sessions {
            guard let failure = session.failure else { continue }
            failures[id] = failure
            sessions[id] = nil
        }
    }

    // MARK: Logging in

    /// Logs in; the session's number.
    ///
    /// - Parameter acceptedKey: only records the host key of this fingerprint.
    func connect(to endpoint: Endpoint, acceptedKey: String?) async throws -> Int {
        let prepared = try prepare(endpoint, acceptedKey: acceptedKey)
        let addresses = try await addresses(of: prepared.destination, for: endpoint)
        let id = newID()
        defer { forgetEnded() }
        try await withTaskCancellationHandler {
            try Task.checkCancellation()
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let session = Session(prepared, addresses: addresses, loggedIn: continuation)
                sessions[id] = session
                if let command = prepared.destination.proxyCommand { session.startProxy(command) }
                session.advance()
            }
        } onCancel: {
            executor.call { self.assumeIsolated { $0.close(id, CancellationError()) } }
        }
        return id
    }

    private func prepare(_ endpoint: Endpoint, acceptedKey: String?) throws(TransportError) -> PreparedSession {
        do throws(LibSSHError) {
            let handle = try SessionHandle()
            let destination = try handle.configure(for: endpoint, directory: directory)
            return PreparedSession(
                endpoint: endpoint, destination: destination, handle: handle, acceptedKey: acceptedKey,
                identities: identityFiles.identities(for: endpoint.address, destination: destination),
                directory: directory ?? "\(KeyFile.home)/.ssh", deadline: .now + endpoint.connectTimeout)
        } catch {
            throw .unreachable(host: endpoint.name, address: endpoint.address, reason: error.message)
        }
    }

    private func readIdentityFiles() -> IdentityFiles {
        let folder = directory ?? "\(KeyFile.home)/.ssh"
        return IdentityFiles(["\(folder)/config", "/etc/ssh/ssh_config"], directory: folder)
    }

    private nonisolated func addresses(
        of destination: Destination, for endpoint: Endpoint
    ) async throws(TransportError) -> [SocketAddress] {
        guard destination.proxyCommand == nil else { return [] }
        do throws(Resolver.Failure) {
            return try await Resolver.addresses(of: destination.address, port: destination.port)
        } catch {
            throw .unreachable(host: endpoint.name, address: destination.description, reason: error.reason)
        }
    }

    /// - Parameter reason: what later calls are told.
    func close(_ id: Int, _ reason: any Error) {
        if let session = sessions.removeValue(forKey: id) {
            session.end(reason)
            failures[id] = reason
        }
        for (key, shell) in accounts where key.session == id {
            accounts[key] = nil
            shells[shell] = nil
        }
    }

    /// Closes and forgets a session that nobody refers to any more; from anywhere, without waiting.
    nonisolated func abandon(_ id: Int) {
        executor.call {
            self.assumeIsolated {
                $0.close(id, CancellationError())
                $0.failures[id] = nil
            }
        }
    }

    // MARK: Using a session

    /// The account's shell, started when there is none: its number and its greeting's replies.
    func shell(
        of session: Int, as account: Become?, isCompanion: Bool = false, greeting: [Fragment],
        note: @escaping @Sendable (String) -> Void
    ) async throws -> (id: Int, greeting: [Reply]) {
        let id = try shellID(of: session, as: account, isCompanion: isCompanion, greeting: greeting, note: note)
        let request = newID()
        let replies: [Reply] = try await withTaskCancellationHandler {
            try Task.checkCancellation()
            return try await withCheckedThrowingContinuation { continuation in
                guard let shell = shells[id] else { return continuation.resume(throwing: lost(session)) }
                shell.start(request, continuation)
                sessions[session]?.advance()
            }
        } onCancel: {
            cancel(request, shell: id, session: session)
        }
        return (id, replies)
    }

    private func shellID(
        of session: Int, as account: Become?, isCompanion: Bool, greeting: [Fragment],
        note: @escaping @Sendable (String) -> Void
    ) throws -> Int {
        // The login user needs no sudo to be himself.
        let account = account?.user == sessions[session]?.destination.user ? nil : account
        let key = AccountKey(session: session, user: account?.user, isCompanion: isCompanion)
        if let known = accounts[key], let shell = shells[known], !shell.isOver { return known }
        guard let owner = sessions[session] else { throw lost(session) }
        let id = newID()
        try owner.add { handle throws(LibSSHError) in
            let shell = try ShellChannel(
                on: handle, host: owner.endpoint.name, account: account, greeting: greeting, note: note)
            shells[id] = shell
            return shell
        }
        if let ended = accounts.updateValue(id, forKey: key) { shells[ended] = nil }
        return id
    }

    func run(
        _ fragments: [Fragment], shell id: Int, session: Int,
        hearing: @escaping @Sendable (StreamedOutput) -> Void
    ) async throws -> [Reply] {
        let request = newID()
        return try await withTaskCancellationHandler {
            try Task.checkCancellation()
            return try await withCheckedThrowingContinuation { continuation in
                guard let shell = shells[id] else { return continuation.resume(throwing: lost(session)) }
                shell.run(request, fragments, continuation, hearing)
                sessions[session]?.advance()
            }
        } onCancel: {
            cancel(request, shell: id, session: session)
        }
    }

    /// Runs a fragment that is fed by calls of `feed` with the same request.
    func run(_ fragment: Fragment, fedAs request: Int, shell id: Int, session: Int) async throws -> Reply {
        let replies: [Reply] = try await withTaskCancellationHandler {
            try Task.checkCancellation()
            return try await withCheckedThrowingContinuation { continuation in
                guard let shell = shells[id] else { return continuation.resume(throwing: lost(session)) }
                shell.run(request, fed: fragment, continuation)
                sessions[session]?.advance()
            }
        } onCancel: {
            cancel(request, shell: id, session: session)
        }
        return replies.first ?? Reply(status: 1)
    }

    /// Sends a frame; returns when there is room for another one.
    func feed(_ bytes: [UInt8], to request: Int, shell id: Int, session: Int) async throws {
        try await withTaskCancellationHandler {
            try Task.checkCancellation()
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                guard let shell = shells[id] else { return continuation.resume(throwing: lost(session)) }
                shell.feed(request, bytes, continuation)
                sessions[session]?.advance()
            }
        } onCancel: {
            cancel(request, shell: id, session: session)
        }
    }

    private nonisolated func cancel(_ request: Int, shell: Int, session: Int) {
        executor.call {
            self.assumeIsolated {
                $0.shells[shell]?.cancel(request)
                $0.sessions[session]?.advance()
            }
        }
    }

    /// A server that forwards nothing is asked once; then a shell on it connects.
    func tunnel(of session: Int, to address: String, port: Int) async throws -> TunnelSocket {
        if sessions[session]?.forwardsNothing != true {
            do { return try await tunnel(of: session, to: address, port: port, by: nil) } catch is ForwardingProhibited
            {
                sessions[session]?.forwardsNothing = true
            }
        }
        let host = sessions[session]?.endpoint.name ?? "host"
        guard let bridge = ShellBridge(to: address, port: port) else {
            throw TransportError.unreachable(
                host: host, address: "\(address):\(port)",
                reason: "its sshd forbids TCP forwarding, and that is no address for a shell")
        }
        while let users = sessions[session]?.users,
            users.count(where: { ($0 as? TunnelChannel)?.isBridge == true }) >= ShellBridge.most
        { try await Task.sleep(for: .milliseconds(20)) }
        return try await tunnel(of: session, to: address, port: port, by: bridge)
    }

    private func tunnel(
        of session: Int, to address: String, port: Int, by bridge: ShellBridge?
    ) async throws -> TunnelSocket {
        let id = newID()
        defer { tunnels[id] = nil }
        return try await withTaskCancellationHandler {
            try Task.checkCancellation()
            return try await withCheckedThrowingContinuation { continuation in
                do {
                    try open(id, of: session, to: address, port: port, by: bridge, continuation)
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            executor.call { self.assumeIsolated { $0.tunnels[id]?.end(CancellationError()) } }
        }
    }

    private func open(
        _ id: Int, of session: Int, to address: String, port: Int, by bridge: ShellBridge?,
        _ continuation: CheckedContinuation<TunnelSocket, any Error>
    ) throws {
        guard let owner = sessions[session] else { throw lost(session) }
        try owner.add { handle throws(LibSSHError) in
            let tunnel = try TunnelChannel(
                on: handle, host: owner.endpoint.name, address: address, port: port, bridge: bridge)
            tunnels[id] = tunnel
            return tunnel
        }
        tunnels[id]?.start(continuation)
        owner.advance()
    }

    private func lost(_ session: Int) -> any Error {
        let host = sessions[session]?.endpoint.name ?? "host"
        return failures[session] ?? TransportError.lost(host: host, reason: "the shell has ended")
    }
}
