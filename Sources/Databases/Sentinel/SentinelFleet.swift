import Modules
import Remote

/// The site's Redis servers and Sentinels as one task reaches them.
struct SentinelFleet: Sendable {
    let settings: SentinelSettings
    let desk: any ActionHost

    var redis: RedisFleet { RedisFleet(settings: settings.redis, desk: desk) }

    /// - Parameter names: the servers to look at; nil: all.
    func look(at names: [String]? = nil) async -> RedisTopology {
        async let circle = circle()
        var topology = await redis.look(at: names ?? settings.redis.servers.map(\.name))
        topology.circle = await circle
        return topology
    }

    /// As the desk hears them over the network.
    func circle() async -> SentinelCircle {
        do {
            return settings.circle(
                try await limited(to: .seconds(8)) { try await redis.run(settings.look, on: desk.name) })
        } catch {
            return SentinelCircle(settings.sentinels.map { SentinelSight(name: $0.name, silence: "\(error)") })
        }
    }

    /// One that can decide, best on another host than the one that is in question.
    func judge(in circle: SentinelCircle, not host: String?) throws -> SitePeer {
        let able = circle.answering.filter { $0.report?.noQuorum == nil }.map(\.name)
        guard let name = able.first(where: { $0 != host }) ?? able.first,
            let judge = settings.sentinels.first(where: { $0.name == name })
        else { throw ModuleFailure("no Sentinel can decide a failover") }
        return judge
    }
}
