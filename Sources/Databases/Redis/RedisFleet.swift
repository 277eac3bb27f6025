import Diagnostics
import Modules
import Remote
import YAML

/// What the Redis modules are told of the site.
struct RedisSettings: Sendable {
    let servers: [SitePeer]
    let roleFile: String
    /// Where Sentinel keeps the role, in the profile that has one.
    let conf: String
    let password: Secret?

    static let arguments: [ArgumentSpec] = [
        ArgumentSpec("servers", .raw, required: true), ArgumentSpec("role_file", .path),
        ArgumentSpec("conf", .path), ArgumentSpec("password", secret: true),
    ]

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        servers = try SitePeer.list("servers", arguments, defaultPort: 6379, context)
        roleFile = try arguments.string("role_file") ?? "/etc/redis/intchain-role.conf"
        conf = try arguments.string("conf") ?? "/etc/redis/redis.conf"
        password = try arguments.string("password").map(Secret.init)
    }

    /// A server's name among the arguments, or nil when it was left out or left empty.
    func server(_ argument: String, _ arguments: Arguments) throws -> String? {
        guard let name = try arguments.string(argument), !name.isEmpty else { return nil }
        guard servers.contains(where: { $0.name == name }) else {
            throw arguments.problem(
                argument, "'\(name)' is none of the Redis servers",
                hint: "they are \(servers.map(\.name).joined(separator: ", "))")
        }
        return name
    }

    func peer(_ name: String) throws -> SitePeer {
        guard let peer = servers.first(where: { $0.name == name }) else {
            throw ModuleFailure("\(name) is none of the Redis servers")
        }
        return peer
    }

    /// On the server's own host.
    func login(at peer: SitePeer) -> RedisLogin { RedisLogin(port: peer.port, password: password) }

    /// From another host.
    func login(to peer: SitePeer) -> RedisLogin {
        RedisLogin(address: peer.address, port: peer.port, password: password)
    }

    func look(at peer: SitePeer, within seconds: Int = 6) -> Fragment {
        let login = login(at: peer)
        let questions =
            ["server", "replication", "persistence", "keyspace"].map { ["INFO", $0] } + [
                ["CONFIG", "GET", "repl-timeout"]
            ]
        return .reads(
            """
            sed -n 's/^/@/p' \(roleFile) 2>/dev/null
            sed -n -e 's/^replicaof /@&/p' -e 's/^# Seeded by intchainctl/@&/p' \(conf) 2>/dev/null
            \(login.client(script: "\"$in1\"")) 2>&1 | tr -d '\\r'
            """, inputs: [login.script(questions)], timeout: .seconds(seconds))
    }

    func sight(_ peer: SitePeer, _ reply: Reply) -> RedisSight {
        let lines = reply.output.split(separator: "\n")
        let role = lines.filter { $0.hasPrefix("@") }.map { $0.dropFirst() }
        let recorded = role.first { $0.hasPrefix("replicaof ") }?.split(separator: " ").dropFirst().first
        var sight = RedisSight(name: peer.name, address: peer.address, recordedSource: recorded.map(String.init))
        sight.isKeptBySentinel = role.contains { $0.hasPrefix("# Seeded by intchainctl") }
        sight.report = RedisReport(info: lines.filter { !$0.hasPrefix("@") })
        if sight.report == nil {
            let reason = lines.last { !$0.hasPrefix("@") && $0 != "OK" }.map(String.init)
            sight.silence = reply.status == 124 ? "no answer in time" : reason ?? "no answer"
        }
        return sight
    }
}

/// The site's Redis servers as one task reaches them.
struct RedisFleet: Sendable {
    let settings: RedisSettings
    let desk: any ActionHost

    /// - Parameter seconds: what a server may take for its answer.
    func look(at names: [String], within seconds: Int = 6) async -> RedisTopology {
        let seen = await concurrently(names) { name -> RedisSight in
            let peer = try settings.peer(name)
            let reply = try await limited(to: .seconds(12)) {
                try await run(settings.look(at: peer, within: seconds), on: name)
            }
            return settings.sight(peer, reply)
        }
        return RedisTopology(
            seen.map { name, result in
                switch result {
                case .success(let sight): sight
                case .failure(let error):
                    RedisSight(name: name, address: (try? settings.peer(name))?.address ?? name, silence: "\(error)")
                }
            })
    }

    @discardableResult
    func run(_ fragment: Fragment, on name: String) async throws -> Reply {
        let host = name == desk.name ? desk : try await desk.peer(name)
        return try await host.run([fragment]).first ?? Reply(status: 1)
    }

    @discardableResult
    func make(_ doing: String, _ fragment: Fragment, on name: String) async throws -> Reply {
        let reply = try await run(fragment, on: name)
        guard reply.succeeded else { throw ModuleFailure("\(name): \(ModuleFailure(doing, reply))") }
        return reply
    }

    func takeLock(on names: [String]) async throws {
        for (_, result) in await concurrently(names, { try await run(.changes(":"), on: $0) }) { _ = try result.get() }
    }
}
