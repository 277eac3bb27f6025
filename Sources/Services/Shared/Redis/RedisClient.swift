package import Logging

/// Redis as a service sees it: the master of the pair, wherever a failover moves it.
package struct RedisClient: Sendable {
    package let pair: ServerPair
    private let links: [ServerAddress: RedisLink]
    private let deadline: Duration

    package init(_ settings: RedisSettings) {
        pair = ServerPair(kind: "Redis", addresses: settings.hosts)
        links = Dictionary(uniqueKeysWithValues: settings.hosts.map { ($0, RedisLink(to: $0, settings)) })
        deadline = settings.deadline
    }

    /// A monitor for each server; it also keeps the server's connection open.
    package func monitors(logger: Logger) -> [RoleMonitor] {
        links.values.map { link in
            RoleMonitor(of: link.address, in: pair, logger: logger) { await link.role() }
        }
    }

    /// Sends a command to the master. Tried again on another server only when this one refused it as a replica or it
    /// was never sent, or when it only reads; throws `RedisError` or `NoWritableServer`.
    package func send(_ arguments: [String], repeatable: Bool = false) async throws -> RESPValue {
        let end = ContinuousClock.now + deadline
        while true {
            let server = try await pair.writable(until: end)
            do {
                guard let link = links[server] else { throw RedisError.notConnected(server: "\(server)") }
                return try await link.send(arguments)
            } catch let error as RedisError {
                guard error.isReadOnly || error.wasNotSent || error.isLost else { throw error }
                await pair.distrust(server)
                if error.isLost, !repeatable { throw error }
                guard ContinuousClock.now < end else { throw error }
            }
        }
    }

    package func close() async {
        for link in links.values { await link.close() }
    }
}
