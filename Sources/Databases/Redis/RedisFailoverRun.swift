import Modules
import OrderedCollections
import Remote
import YAML

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
            let passage = try await letThrough()
            lines += passage.changes + passage.warnings
            await fleet.desk.progress("\(from) hands over to \(plan.to)")
            let fragment = scripts.handOver(from: try settings.peer(from), to: heir, within: module.patience)
            try await fleet.make("hand over to \(plan.to)", fragment, on: from)
            lines.append("\(plan.to) takes writes; none is lost")
        }
        if plan.isMoved ? topology[plan.to]?.recordedSource != nil : true {
            try await fleet.make("record its role", .changes("\(scripts.record(RedisScripts.primary))"), on: plan.to)
        }
        lines += try await attachFollowers(after: lines.isEmpty ? topology : nil)
        return outcome(lines, LossKnowledge.nothing)
    }

    /// An earlier failover may have cut the new primary off from those who write to it.
    /// - Parameter dead: a server that is not asked.
    private func letThrough(but dead: String? = nil) async throws -> Cordon.Passage {
        let heir = try settings.peer(plan.to)
        let hosts = (module.clients + settings.servers.map(\.name)).filter { $0 != heir.name && $0 != dead }
        return await Cordon(fence: FenceScripts(server: heir), desk: fleet.desk, clients: hosts).letThrough()
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
        .moved(from: plan.from, to: plan.to, lines, more)
    }

    /// Nobody takes writes, though all answer.
    func takeUp() async throws -> Outcome {
        let passage = try await letThrough()
        try await fleet.make("take writes", scripts.promote(try settings.peer(plan.to)), on: plan.to)
        var lines = ["\(plan.to) takes writes, which nobody took"]
        if !plan.followers.isEmpty {
            let others = plan.followers.joined(separator: " or ")
            lines.append("writes may be lost: those that only \(others) held, which is not known")
        }
        lines += passage.changes + passage.warnings
        return try await finish(lines, ["loss": LossKnowledge.unknown.value, "lost": .null])
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
        let (isReached, heard) = try await certainty(of: dead)
        // Who may reach the heir changes nothing while it takes no writes.
        async let opened = letThrough(but: dead)
        let fence = try await self.fence(dead, isReached: isReached)
        let loss = RedisLoss(dead: dead, heir: plan.to, heard: heard, fenced: .now)
        let passage = try await opened
        try await fleet.make("take writes", scripts.promote(try settings.peer(plan.to)), on: plan.to)
        var told = [fence.sentence(dead), "\(plan.to) takes writes", loss.sentence]
        told += passage.changes + passage.warnings + fence.warnings(dead)
        return try await finish(told, loss.values)
    }

    /// The writes have moved: what that has cost is told also when a follower can't be attached.
    private func finish(_ lines: [String], _ loss: ValueMap) async throws -> Outcome {
        do {
            return outcome(lines + (try await attachFollowers(after: nil)), loss)
        } catch let failure as ModuleFailure {
            throw failure.after(outcome(lines, loss))
        }
    }

    /// - Returns: whether SSH to its host works, and since when at the earliest the heir has heard nothing of it.
    private func certainty(of dead: String) async throws -> (Bool, ContinuousClock.Instant?) {
        var looks = signs.map { [$0] } ?? []
        for _ in 0..<20 {
            if looks.isEmpty {
                await fleet.desk.progress("is \(dead) dead?")
                looks.append(await RedisVigil(settings: settings, fleet: fleet).signs(of: dead))
            }
            // Each look is three knocks.
            if try Death.isCertain(of: dead, .redis, looks, rounds: 1, patience: 3), let last = looks.last {
                return (last.isReached, last.heard[plan.to])
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
        let clients = module.clients + settings.servers.map(\.name).filter { $0 != dead }
        let cordon = Cordon(fence: fence, desk: fleet.desk, clients: clients)
        return try await module.sworn == dead ? cordon.cutOffWhoCanBe() : cordon.cutOff(reason)
    }
}
