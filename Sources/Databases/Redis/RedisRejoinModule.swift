import Diagnostics
import OrderedCollections
package import Modules
import Remote
import YAML

/// `intchain.site.redis_rejoin`: a Redis server comes back as a replica; what it holds is replaced by the primary's.
package struct RedisRejoinModule: Action {
    package static let spec = ModuleSpec(
        "intchain.site.redis_rejoin", summary: "Brings a Redis server back as a replica.",
        arguments: [
            ArgumentSpec("host", required: true), ArgumentSpec("clients", .list(.string)),
            ArgumentSpec("timeout", .int),
        ] + RedisSettings.arguments)

    let settings: RedisSettings
    let name: String
    let clients: [String]
    let patience: Int

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        settings = try RedisSettings(arguments, in: context)
        guard let name = try settings.server("host", arguments) else {
            throw arguments.problem("host", "is empty", hint: "name the server that is to come back")
        }
        self.name = name
        clients = try arguments.strings("clients") ?? []
        patience = try arguments.seconds("timeout") ?? 300
    }

    package func act(on host: any ActionHost) async throws -> Outcome {
        let fleet = RedisFleet(settings: settings, desk: host)
        let scripts = RedisScripts(settings: settings)
        try await fleet.takeLock(on: [name])
        let topology = await fleet.look(at: settings.servers.map(\.name))
        let primary = try Self.primary(of: topology, for: name)
        let source = try settings.peer(primary.name)
        var lines: [String] = []
        if topology[name]?.report == nil {
            await host.progress("starting Redis on \(name)")
            try await fleet.make("start Redis", scripts.start(under: source), on: name)
            try await waitUntilItAnswers(fleet)
            lines.append("Redis of \(name) was started")
        }
        let server = topology[name]
        let follows = server?.report?.source == source.address && server?.recordedSource == source.address
        if !follows || server?.report?.isLinked != true {
            let knock = RedisVigil(settings: settings, fleet: fleet)
            try Reach(name: name, source: primary.name).check(
                try await knock.knock(settings.login(to: source), times: 3, from: name))
            await host.progress("\(name) to copy from \(primary.name)")
            let fragment = scripts.follow(source, on: try settings.peer(name), within: patience)
            try await fleet.make("copy from \(primary.name)", fragment, on: name)
            lines.append("\(name) copies from \(primary.name)")
        }
        let others = clients + settings.servers.map(\.name).filter { $0 != name }
        let opened = await Cordon(fence: FenceScripts(server: try settings.peer(name)), desk: host, clients: others)
            .letThrough()
        lines += opened.changes
        let told = lines.isEmpty ? ["\(name) copies from \(primary.name) already"] : lines
        return Outcome(
            changed: !lines.isEmpty, result: ["primary": .string(primary.name)],
            message: (told + opened.warnings).joined(separator: "\n"))
    }

    /// - Throws: `ModuleFailure` when there is not exactly one other server that takes writes.
    package static func primary(of topology: RedisTopology, for name: String) throws -> RedisSight {
        try topology.refuseBesideSentinel()
        let others = topology.writers.filter { $0.name != name }
        if others.count == 1, let primary = others.first { return primary }
        guard others.isEmpty else {
            throw ModuleFailure("\(others.map(\.name).joined(separator: " and ")) both take writes")
        }
        throw ModuleFailure(
            topology[name]?.report?.takesWrites == true
                ? "\(name) is the primary: it takes the writes"
                : "no server takes writes, so there is nothing to join: intchainctl failover redis first")
    }

    private func waitUntilItAnswers(_ fleet: RedisFleet) async throws {
        let end = ContinuousClock.now + .seconds(patience)
        repeat {
            try await Task.sleep(for: .milliseconds(500))
            if await fleet.look(at: [name]).servers.first?.report != nil { return }
        } while ContinuousClock.now < end
        throw ModuleFailure("\(name): Redis did not start within \(patience) s")
    }
}
