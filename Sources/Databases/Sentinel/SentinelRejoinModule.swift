import OrderedCollections
package import Modules
import Remote
import YAML

/// `intchain.site.sentinel_rejoin`: starts a Redis server where it is down, and waits until Sentinel has it as a replica.
package struct SentinelRejoinModule: Action {
    package static let spec = ModuleSpec(
        "intchain.site.sentinel_rejoin", summary: "Lets Sentinel take a Redis server back.",
        arguments: [
            ArgumentSpec("host", required: true), ArgumentSpec("clients", .list(.string)),
            ArgumentSpec("timeout", .int),
        ] + SentinelSettings.arguments)

    let settings: SentinelSettings
    let name: String
    let clients: [String]
    let patience: Int

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        settings = try SentinelSettings(arguments, in: context)
        guard let name = try settings.redis.server("host", arguments) else {
            throw arguments.problem("host", "is empty", hint: "name the server that is to come back")
        }
        self.name = name
        clients = try arguments.strings("clients") ?? []
        patience = try arguments.seconds("timeout") ?? 300
    }

    package func act(on host: any ActionHost) async throws -> Outcome {
        let fleet = SentinelFleet(settings: settings, desk: host)
        try await fleet.redis.takeLock(on: [name])
        let topology = await fleet.look()
        let primary = try Self.primary(of: topology, for: name)
        let source = try settings.redis.peer(primary.name)
        var lines: [String] = []
        if topology[name]?.report == nil {
            await host.progress("starting Redis on \(name)")
            try await fleet.redis.make("start Redis", SentinelScripts(settings: settings).start(source), on: name)
            lines.append("Redis of \(name) was started, as a replica")
        }
        if try await waitUntilItCopies(fleet, from: source) { lines.append("\(name) copies from \(primary.name)") }
        let others = clients + settings.redis.servers.map(\.name).filter { $0 != name }
        let fence = FenceScripts(server: try settings.redis.peer(name))
        let opened = await Cordon(fence: fence, desk: host, clients: others).letThrough()
        lines += opened.changes
        let told = lines.isEmpty ? ["Sentinel has taken \(name) back by itself: it copies from \(primary.name)"] : lines
        return Outcome(
            changed: !lines.isEmpty, result: ["primary": .string(primary.name)],
            message: (told + opened.warnings).joined(separator: "\n"))
    }

    /// - Returns: false when it did so from the beginning.
    private func waitUntilItCopies(_ fleet: SentinelFleet, from source: SitePeer) async throws -> Bool {
        let end = ContinuousClock.now + .seconds(patience)
        var waited = false
        repeat {
            let report = await fleet.redis.look(at: [name]).servers.first?.report
            if report?.source == source.address, report?.isLinked == true { return waited }
            waited = true
            await fleet.desk.progress("waiting until Sentinel has \(name) as a replica of \(source.name)")
            try await Task.sleep(for: .milliseconds(500))
        } while ContinuousClock.now < end
        throw ModuleFailure("\(name) does not copy from \(source.name) after \(patience) s: look at redis status")
    }

    /// - Throws: `ModuleFailure` when the Sentinels name nobody else who takes writes.
    package static func primary(of topology: RedisTopology, for name: String) throws -> RedisSight {
        guard let agreed = topology.circle?.agreed else {
            let trouble = topology.circle?.trouble.map { "\n\($0)" } ?? ""
            throw ModuleFailure("the Sentinels agree on no primary, so there is nothing to join\(trouble)")
        }
        guard let primary = topology.servers.first(where: { $0.address == agreed }), primary.name != name else {
            throw ModuleFailure("\(name) is the primary for the Sentinels: it takes the writes")
        }
        guard primary.report?.takesWrites == true else {
            throw ModuleFailure(
                "\(primary.name), the primary for the Sentinels, takes no writes: intchainctl failover redis first")
        }
        return primary
    }
}
