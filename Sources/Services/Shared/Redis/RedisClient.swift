package import Logging
package import ServiceLifecycle

/// Redis as a service sees it: the master of the pair, wherever a failover moves it.
package struct RedisClient: Sendable {
    package let pair: ServerPair
    private let links: [ServerAddress: RedisLink]
    private let sentinels: [RedisLink]
    /// Under which the Sentinels watch the primary.
    private let watched: String
    private let deadline: Duration

    package init(_ settings: RedisSettings) {
        let deciding = settings.sentinels
        pair = ServerPair(kind: "Redis", addresses: settings.hosts, witnesses: deciding?.hosts ?? [])
        var login = settings
        (login.user, login.password) = (nil, deciding?.password)
        sentinels = (deciding?.hosts ?? []).map { [login] in RedisLink(to: $0, login) }
        watched = deciding?.name ?? ""
        links = Dictionary(uniqueKeysWithValues: settings.hosts.map { ($0, RedisLink(to: $0, settings)) })
        deadline = settings.deadline
    }

    /// A monitor for each server, which also keeps the server's connection open, and one for each Sentinel.
    package func monitors(logger: Logger) -> [any Service] {
        let roles = links.values.map { link in
            RoleMonitor(of: link.address, in: pair, logger: logger) { await link.role() }
        }
        return roles
            + sentinels.map { SentinelMonitor(link: $0, name: watched, pair: pair, logger: logger) as any Service }
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
        for link in links.values + sentinels { await link.close() }
    }
}
