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
        patience = try arguments.int("timeout") ?? 10
        clients = try arguments.strings("clients") ?? []
        sworn = try settings.server("fenced", arguments)
        suspect = try settings.server("suspect", arguments)
    }

    package func act(on host: any ActionHost) async throws -> Outcome {
        let fleet = RedisFleet(settings: settings, desk: host)
        async let early = signs(fleet)
        let topology = await fleet.look(at: settings.servers.map(\.name), within: isPlanned ? 6 : 2)
        let plan = try RedisSwitch(topology, to: target, isPlanned: isPlanned)
        let signs = await early
        let seen = ContinuousClock.now
        try await fleet.takeLock(on: topology.servers.filter { $0.report != nil }.map(\.name))
        // Behind a change that a killed run left it takes its time, and what was seen is too old.
        let isFresh = ContinuousClock.now - seen < .seconds(2)
        let run = RedisFailoverRun(
            module: self, fleet: fleet, plan: plan, topology: topology,
            signs: isFresh && plan.from == suspect ? signs : nil)
        return try await isPlanned ? run.handOver() : run.takeOver()
    }
}

// MARK: What is thought beforehand

extension RedisFailoverModule {
    /// The look at the dead, which takes seconds, begins while all are looked at.
    private func signs(_ fleet: RedisFleet) async -> VitalSigns? {
        guard !isPlanned, let suspect else { return nil }
        await fleet.desk.progress("is \(suspect) dead?")
        return await RedisVigil(settings: settings, fleet: fleet).signs(of: suspect)
    }
}

/// A move of Redis's writes, decided from how the servers were found.
package struct RedisSwitch: Hashable, Sendable {
    package var from: String?
    package var to: String
    package var followers: [String]
    /// The server takes writes already: only role files and followers may be left.
    package var isMoved: Bool

    /// - Throws: `ModuleFailure` when something stands against it; nothing was changed then.
    package init(_ topology: RedisTopology, to wanted: String?, isPlanned: Bool) throws {
        try topology.refuseBesideSentinel()
        try topology.refuseAStranger(wanted)
        guard topology.writers.count <= 1 else {
            throw ModuleFailure("\(topology.writers.map(\.name).joined(separator: " and ")) both take writes")
        }
        if isPlanned, let silent = topology.servers.first(where: { $0.report == nil }) {
            throw ModuleFailure(
                """
                \(silent.name) does not answer: \(silent.silence ?? "?")
                a planned failover needs all servers; when the primary is dead: intchainctl failover redis
                """)
        }
        let alive = topology.servers.filter { $0.report != nil }
        if let primary = topology.primary, primary.name == wanted || (!isPlanned && primary.recordedSource == nil) {
            (from, to, isMoved) = (nil, primary.name, true)
        } else {
            let replicas = alive.filter { $0.report?.takesWrites == false }
            let best = replicas.max { ($0.report?.offset ?? 0) < ($1.report?.offset ?? 0) }
            guard let chosen = wanted.map({ name in replicas.first { $0.name == name } }) ?? best else {
                throw ModuleFailure(
                    wanted.map { "\($0) does not answer" } ?? "no replica is left that could take the writes")
            }
            if isPlanned, chosen.report?.isLinked != true {
                throw ModuleFailure("\(chosen.name) does not copy from the primary: its link is down")
            }
            if !isPlanned, let best, let offset = chosen.report?.offset, offset < best.report?.offset ?? 0 {
                throw ModuleFailure("\(best.name) has received more than \(chosen.name)")
            }
            let source = topology.source(of: chosen)?.name ?? topology.servers.first { $0.report == nil }?.name
            (from, to, isMoved) = (source, chosen.name, false)
        }
        let (gone, heir) = (isPlanned ? nil : from, to)
        followers = alive.map(\.name).filter { $0 != heir && $0 != gone }
    }

    /// What will be done, for people.
    package func steps(isPlanned: Bool) -> [String] {
        let follow = followers.map { "\($0) copies from \(to)" }
        if isMoved { return ["\(to) takes writes already"] + follow }
        let dead = from ?? "the primary"
        if isPlanned {
            return [
                "\(dead) pauses writes until \(to) has all of them; if that takes too long, it goes on as before",
                "\(to) takes writes",
            ] + follow
        }
        return [
            "make sure that \(dead) is dead, to us and to the replicas; if anybody sees it alive, nothing is done",
            "fence \(dead): stop it over SSH and record it as a replica, or cut its port off on every client",
            "\(to) takes writes",
        ] + follow
    }
}

/// The steps of a move of Redis's writes.
struct RedisFailoverRun: Sendable {
    let module: RedisFailoverModule
    let fleet: RedisFleet
    let plan: RedisSwitch
    let topology: RedisTopology
    /// Of the server that was thought dead beforehand, when it was looked at together with all others.
    let signs: VitalSigns?

    private var settings: RedisSettings { module.settings }
    private var scripts: RedisScripts { RedisScripts(settings: settings) }

    func handOver() async throws -> Outcome {
        var lines: [String] = []
        let heir = try settings.peer(plan.to)
        if !plan.isMoved {
            guard let from = plan.from else { throw ModuleFailure("\(plan.to) copies from nobody of the site") }
            await fleet.desk.progress("\(from) hands over to \(plan.to)")
            let fragment = scripts.handOver(from: try settings.peer(from), to: heir, within: module.patience)
            try await fleet.make("hand over to \(plan.to)", fragment, on: from)
            lines.append("\(plan.to) takes writes; none is lost")
        }
        if plan.isMoved ? topology[plan.to]?.recordedSource != nil : true {
            try await fleet.make("record its role", .changes("\(scripts.record(RedisScripts.primary))"), on: plan.to)
        }
        lines += try await attachFollowers(after: lines.isEmpty ? topology : nil)
        return outcome(lines, ["lost": 0])
    }

    /// - Parameter topology: how they stand; nil: they have changed since.
    private func attachFollowers(after topology: RedisTopology?) async throws -> [String] {
        let heir = try settings.peer(plan.to)
        let waiting = plan.followers.filter { name in
            guard let server = topology?[name] else { return true }
            return server.report?.source != heir.address || server.recordedSource != heir.address
        }
        for name in waiting {
            let fragment = scripts.follow(heir, on: try settings.peer(name), within: 120)
            try await fleet.make("copy from \(plan.to)", fragment, on: name)
        }
        return waiting.map { "\($0) copies from \(plan.to)" }
    }

    private func outcome(_ lines: [String], _ more: ValueMap) -> Outcome {
        var result: ValueMap = ["primary": .string(plan.to), "old": plan.from.map { .string($0) } ?? .null]
        result.merge(more) { $1 }
        return Outcome(
            changed: !lines.isEmpty, result: result,
            message: lines.isEmpty ? "\(plan.to) is the primary already" : lines.joined(separator: "\n"))
    }

    // MARK: From a dead primary

    func takeOver() async throws -> Outcome {
        guard !plan.isMoved else {
            guard topology.servers.contains(where: { $0.report == nil }) || !topology.alarms.isEmpty else {
                throw ModuleFailure("\(plan.to) is not dead: it takes writes\nto move them: failover redis --planned")
            }
            return outcome(try await attachFollowers(after: topology), [:])
        }
        guard let dead = plan.from else { throw ModuleFailure("it can't be told who was the primary") }
        let (isReached, silence) = try await certainty(of: dead)
        let fence = try await self.fence(dead, isReached: isReached)
        try await fleet.make("take writes", scripts.promote(try settings.peer(plan.to)), on: plan.to)
        let lost = """
            writes may be lost: those that \(dead) acknowledged in the last \(silence) s, since \(plan.to) last heard it; \
            Redis keeps no log from which they could be told
            """
        let lines = [fence.sentence(dead), "\(plan.to) takes writes", lost] + (try await attachFollowers(after: nil))
        return outcome(lines, ["lost": .null, "lost_within_seconds": .int(silence)])
    }

    /// - Returns: whether SSH to its host works, and how many seconds ago a replica heard it.
    private func certainty(of dead: String) async throws -> (Bool, Int) {
        var looks = signs.map { [$0] } ?? []
        for _ in 0..<20 {
            if looks.isEmpty {
                await fleet.desk.progress("is \(dead) dead?")
                looks.append(await RedisVigil(settings: settings, fleet: fleet).signs(of: dead))
            }
            // Each look is three knocks.
            if try Death.isCertain(of: dead, looks, rounds: 1, patience: 3), let last = looks.last {
                return (last.isReached, Int(last.heard ?? 0))
            }
            try await Task.sleep(for: .seconds(1))
            looks = []
        }
        throw ModuleFailure("a replica still hears \(dead): it is not surely dead, so nothing was done")
    }

    private func fence(_ dead: String, isReached: Bool) async throws -> Fence {
        let peer = try settings.peer(dead)
        let fence = FenceScripts(server: peer)
        var reason = "SSH to it does not work"
        if isReached {
            let role = scripts.record(scripts.replica(of: try settings.peer(plan.to)))
            let failure = try await FenceScripts.attempt("stop its Redis") {
                try await fleet.run(fence.stop(.redis, recording: role), on: dead)
            }
            guard let failure else { return .stopped }
            reason = failure
        }
        if module.sworn == dead { return .sworn }
        let clients = module.clients + settings.servers.map(\.name).filter { $0 != dead }
        return try await Cordon(fence: fence, desk: fleet.desk, clients: clients).cutOff(reason)
    }
}
