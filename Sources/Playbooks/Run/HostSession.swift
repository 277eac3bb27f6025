import Modules
import Remote

/// A host's connection for the length of a run: its shells, and all that was seen since the host last changed.
///
/// Looking at a host is free of order, so what later tasks will want to know is asked along (`ahead`); whatever changes
/// the host makes everything seen stale, and the same round trip that changes it looks again.
actor HostSession {
    let host: String
    let endpoint: Endpoint
    nonisolated let turn = Turn()
    private let transport: any Transport
    private var connecting: Task<any HostConnection, any Error>?
    private var shells: [Become?: any RemoteShell] = [:]
    private var seen: [Become?: Findings] = [:]

    init(endpoint: Endpoint, transport: any Transport) {
        host = endpoint.name
        self.endpoint = endpoint
        self.transport = transport
    }

    /// Logs in unless that was done, and reads the facts.
    /// - Throws: `TransportError`.
    func facts(as account: Become?) async throws -> HostFacts {
        try HostFacts(parsing: try await shell(as: account).greeting)
    }

    /// The findings of all the probes wanted, from memory where nothing changed since; what is missing is asked in one
    /// round trip together with the probes `ahead`.
    func findings(
        _ wanted: [any Probe], as account: Become?, ahead: @Sendable () -> [any Probe]
    ) async throws -> Findings {
        let known = seen[account] ?? Findings()
        let missing = wanted.filter { !known.has($0) }
        guard !missing.isEmpty else { return known }
        let more = ahead().filter { !known.has($0) }
        do {
            return try await look(missing + more, as: account)
        } catch is ModuleFailure where !more.isEmpty {
            return try await look(missing, as: account)
        }
    }

    /// Makes the probes again, whatever was seen.
    func freshFindings(_ wanted: [any Probe], as account: Become?) async throws -> Findings {
        try await look(wanted, as: account)
    }

    /// Runs changing fragments and looks ahead in the same round trip.
    func change(_ fragments: [Fragment], as account: Become?, ahead: [any Probe]) async throws -> [Reply] {
        seen = [:]
        let inspection = Inspection(ahead)
        let replies = try await shell(as: account).run(fragments + inspection.fragments)
        let own = Array(replies.prefix(fragments.count))
        let rest = Array(replies.dropFirst(fragments.count))
        var findings = Findings()
        // A look ahead that can't be read is made again when its task's turn comes, and fails there.
        if rest.count == inspection.fragments.count, (try? inspection.read(rest, into: &findings)) != nil {
            seen[account] = findings
        }
        return own
    }

    /// Runs an action's fragments: unless all of them only read, everything seen becomes stale.
    func run(_ fragments: [Fragment], as account: Become?) async throws -> [Reply] {
        if fragments.contains(where: { $0.effect == .changes }) { seen = [:] }
        return try await shell(as: account).run(fragments)
    }

    /// Something outside this session's knowledge may have changed the host.
    func forget() { seen = [:] }

    func tunnel(to address: String, port: Int) async throws -> TunnelSocket {
        try await connection().tunnel(to: address, port: port)
    }

    func close() async {
        if let connection = try? await connecting?.value { await connection.close() }
        connecting = nil
        shells = [:]
    }

    private func look(_ probes: [any Probe], as account: Become?) async throws -> Findings {
        let inspection = Inspection(probes)
        let replies = try await shell(as: account).run(inspection.fragments)
        var findings = seen[account] ?? Findings()
        try inspection.read(replies, into: &findings)
        seen[account] = findings
        return findings
    }

    private func shell(as account: Become?) async throws -> any RemoteShell {
        if let shell = shells[account] { return shell }
        let shell = try await connection().shell(as: account, greeting: HostFacts.greeting)
        shells[account] = shell
        return shell
    }

    private func connection() async throws -> any HostConnection {
        if let connecting { return try await connecting.value }
        let endpoint = endpoint
        let transport = transport
        let task = Task { try await transport.connect(to: endpoint) }
        connecting = task
        return try await task.value
    }
}
