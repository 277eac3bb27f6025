import Remote
import Synchronization

/// The local machine under the name of any host, with a record of every round trip; hosts named `down…` can't be reached.
/// Changes have a lock of its own: what other tests do to this machine is not waited for.
final class RecordingTransport: Transport {
    private let local: LocalTransport
    private let workshop: Scratch?
    private let made = Mutex<[RoundTrip]>([])
    private let connected = Mutex<[String]>([])
    private let asked = Mutex<[Endpoint]>([])
    private let second = Mutex<[String]>([])
    private let arriving: @Sendable () async -> Void

    struct RoundTrip: Sendable {
        var host: String
        var fragments: [Fragment]
        /// What the greeting took along.
        var isGreeting = false
    }

    var roundTrips: [RoundTrip] { made.withLock { $0 } }
    /// The hosts that were connected to, once for each time.
    var connections: [String] { connected.withLock { $0 } }

    /// Where each connection was to lead, those that could not be made included.
    var endpoints: [Endpoint] { asked.withLock { $0 } }

    /// The hosts on which a second shell was started beside the first.
    var companions: [String] { second.withLock { $0 } }

    /// - Parameters:
    ///   - environment: of the hosts' shells, `NAME=value` each; nil: our own.
    ///   - arriving: waited for in each connect.
    init(environment: [String]? = nil, arriving: @escaping @Sendable () async -> Void = {}) {
        workshop = try? Scratch()
        local = LocalTransport(environment: environment, workshop: workshop?.path)
        self.arriving = arriving
    }

    func connect(to endpoint: Endpoint) async throws -> any HostConnection {
        asked.withLock { $0.append(endpoint) }
        guard !endpoint.name.hasPrefix("down") else {
            throw TransportError.unreachable(host: endpoint.name, address: endpoint.address, reason: "no route to host")
        }
        connected.withLock { $0.append(endpoint.name) }
        await arriving()
        return RecordingConnection(
            host: endpoint.name, real: try await local.connect(to: endpoint), record: record,
            accompany: { host in self.second.withLock { $0.append(host) } })
    }

    private func record(_ trip: RoundTrip) { made.withLock { $0.append(trip) } }
}

private struct RecordingConnection: HostConnection {
    let host: String
    let real: any HostConnection
    let record: @Sendable (RecordingTransport.RoundTrip) -> Void
    let accompany: @Sendable (String) -> Void

    func shell(as account: Become?, greeting: [Fragment]) async throws -> any RemoteShell {
        let looks = Array(greeting.dropFirst())
        if !looks.isEmpty { record(.init(host: host, fragments: looks, isGreeting: true)) }
        return RecordingShell(host: host, real: try await real.shell(as: account, greeting: greeting), record: record)
    }

    func companion(as account: Become?) async throws -> any RemoteShell {
        accompany(host)
        return try await real.companion(as: account)
    }

    func tunnel(to address: String, port: Int) async throws -> TunnelSocket {
        try await real.tunnel(to: address, port: port)
    }

    func close() async { await real.close() }
}

private struct RecordingShell: RemoteShell {
    let host: String
    let real: any RemoteShell
    let record: @Sendable (RecordingTransport.RoundTrip) -> Void

    var greeting: [Reply] { real.greeting }

    func run(_ fragments: [Fragment]) async throws -> [Reply] {
        record(.init(host: host, fragments: fragments))
        return try await real.run(fragments)
    }

    func run(
        _ fragments: [Fragment], hearing: @escaping @Sendable (StreamedOutput) -> Void
    ) async throws -> [Reply] {
        record(.init(host: host, fragments: fragments))
        return try await real.run(fragments, hearing: hearing)
    }
}
