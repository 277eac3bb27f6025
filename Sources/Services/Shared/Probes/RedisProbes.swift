import FoundationEssentials

/// Probes as keys in Redis, for what a Redis failover loses.
package struct RedisProbes: ProbeStore {
    private let redis: RedisClient
    private let prefix: String

    package init(_ redis: RedisClient, of service: ServiceName) {
        self.redis = redis
        prefix = "intchain:\(service.rawValue):probe:"
    }

    package func insert(_ id: ProbeID) async throws -> Bool {
        let answer = try await redis.send(["SET", prefix + id.text, Date.now.formatted(.iso8601), "NX"])
        return answer.text == "OK"
    }

    package func find(_ id: ProbeID) async throws -> String? {
        try await redis.send(["GET", prefix + id.text], repeatable: true).text
    }
}
