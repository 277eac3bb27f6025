/// What `/health` answers, as JSON.
package struct HealthReport: Codable, Hashable, Sendable {
    package enum Status: String, Codable, Sendable {
        case healthy
        case unhealthy
        /// Told to stop: it finishes what it has.
        case stopping
    }

    package var service: String
    package var status: Status
    /// The id of the release that this process was started from.
    package var release: String?
    package var uptimeSeconds: Int
    package var mysql: PairReport
    package var redis: PairReport
    /// What each service behind the gateway says; only the gateway has it.
    package var services: [String: UpstreamReport]?
}

/// One pair of servers as this process sees it.
package struct PairReport: Codable, Hashable, Sendable {
    /// At least one of the two answers.
    package var reachable: Bool
    /// The server that takes writes.
    package var writable: String?
    /// `host:port` to "writable", "read-only" or "unreachable".
    package var servers: [String: String]

    package init(reachable: Bool, writable: String?, servers: [String: String]) {
        self.reachable = reachable
        self.writable = writable
        self.servers = servers
    }

    /// A server that is just being asked again, after a lost connection or one slow answer, is waited for as a request
    /// would wait, only not for long.
    init(_ pair: ServerPair, patience: Duration) async {
        writable = try? await "\(pair.writable(until: .now + patience))"
        let roles = await pair.roles
        reachable = roles.values.contains { $0 == .writable || $0 == .readOnly }
        servers = Dictionary(uniqueKeysWithValues: roles.map { ("\($0.key)", "\($0.value)") })
    }
}

/// What the gateway found when it asked a service for its health.
package struct UpstreamReport: Codable, Hashable, Sendable {
    package var status: HealthReport.Status
    /// Nil when there was no HTTP answer.
    package var code: Int?
    package var release: String?
    package var milliseconds: Int64
    package var error: String?

    package init(
        status: HealthReport.Status, code: Int? = nil, release: String? = nil, milliseconds: Int64, error: String? = nil
    ) {
        self.status = status
        self.code = code
        self.release = release
        self.milliseconds = milliseconds
        self.error = error
    }
}
