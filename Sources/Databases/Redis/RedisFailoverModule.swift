import Diagnostics
import OrderedCollections
package import Modules
import Remote
import YAML

/// `intchain.site.redis_failover`: another Redis server takes the writes, from a primary that hands over or is dead.
package struct RedisFailoverModule: Action {
    package static let spec = ModuleSpec(
        "intchain.site.redis_failover", summary: "Lets another Redis server take the writes.",
        arguments: [
            ArgumentSpec("to"), ArgumentSpec("planned", .bool, required: true), ArgumentSpec("timeout", .int),
            ArgumentSpec("clients", .list(.string)), ArgumentSpec("fenced"), ArgumentSpec("suspect"),
        ] + RedisSettings.arguments)

    let settings: RedisSettings
    let target: String?
    let isPlanned: Bool
    let patience: Int
    let clients: [String]
    let sworn: String?
    /// Who seems to be dead.
    let suspect: String?

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        settings = try RedisSettings(arguments, in: context)
        target = try settings.server("to", arguments)
        isPlanned = try arguments.bool("planned") ?? true
        patience = try arguments.seconds("timeout") ?? 10
        clients = try arguments.strings("clients") ?? []
        sworn = try settings.server("fenced", arguments)
        suspect = try settings.server("suspect", arguments)
    }

    package func act(on host: any ActionHost) async throws -> Outcome {
        let fleet = RedisFleet(settings: settings, desk: host)
        async let early = signs(fleet)
        var topology = await look(fleet)
        var plan = try RedisSwitch(topology, to: target, isPlanned: isPlanned)
        let signs = await early
        let seen = ContinuousClock.now
        try await fleet.takeLock(on: topology.servers.filter { $0.report != nil }.map(\.name))
        if plan.isResumed {
            // Servers that are seen one after the other while a move ends look so too. Behind the lock nothing moves.
            topology = await look(fleet)
            plan = try RedisSwitch(topology, to: target, isPlanned: isPlanned)
        }
        // Behind a change that a killed run left it takes its time, and what was seen is too old.
        let isFresh = ContinuousClock.now - seen < .seconds(2)
        let run = RedisFailoverRun(
            module: self, fleet: fleet, plan: plan, topology: topology,
            signs: isFresh && plan.from == suspect ? signs : nil)
        if plan.isResumed { return try await run.takeUp() }
        return try await isPlanned ? run.handOver() : run.takeOver()
    }

    private func look(_ fleet: RedisFleet) async -> RedisTopology {
        await fleet.look(at: settings.servers.map(\.name), within: isPlanned ? 6 : 2)
    }
}

// MARK: What is thought beforehand

extension RedisFailoverModule {
    private func greet(_ fleet: RedisFleet) async {
        _ = await concurrently(clients) { name in
            try await limited(to: .seconds(3)) { _ = try await fleet.run(.reads(":"), on: name) }
        }
    }

    /// The look at the dead, which takes seconds, begins while all are looked at.
    private func signs(_ fleet: RedisFleet) async -> VitalSigns? {
        guard !isPlanned, let suspect else { return nil }
        await fleet.desk.progress("is \(suspect) dead?")
        // Who has to be cut off, if it is, is reached by then.
        async let greeted: Void = greet(fleet)
        let signs = await RedisVigil(settings: settings, fleet: fleet).signs(of: suspect)
        await greeted
        return signs
    }
}
