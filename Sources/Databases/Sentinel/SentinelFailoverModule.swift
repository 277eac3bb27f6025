import OrderedCollections
package import Modules
import Remote
import YAML

/// `intchain.site.sentinel_failover`: has Sentinel move Redis's writes, and sees what came of it.
package struct SentinelFailoverModule: Action {
    package static let spec = ModuleSpec(
        "intchain.site.sentinel_failover", summary: "Has Sentinel move Redis's writes.",
        arguments: [
            ArgumentSpec("to"), ArgumentSpec("planned", .bool, required: true), ArgumentSpec("timeout", .int),
        ] + SentinelSettings.arguments)

    let settings: SentinelSettings
    let target: String?
    let isPlanned: Bool
    let patience: Int

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        settings = try SentinelSettings(arguments, in: context)
        target = try settings.redis.server("to", arguments)
        isPlanned = try arguments.bool("planned") ?? true
        patience = try arguments.seconds("timeout") ?? 10
    }

    package func act(on host: any ActionHost) async throws -> Outcome {
        let fleet = SentinelFleet(settings: settings, desk: host)
        let seen = ContinuousClock.now
        let topology = await fleet.look()
        let plan = try SentinelSwitch(topology, to: target, isPlanned: isPlanned)
        try await fleet.redis.takeLock(on: topology.servers.filter { $0.report != nil }.map(\.name))
        let run = SentinelFailoverRun(module: self, fleet: fleet, plan: plan, topology: topology, seen: seen)
        return try await isPlanned ? run.handOver() : run.takeOver()
    }
}

/// The steps of a move of Redis's writes by Sentinel.
struct SentinelFailoverRun: Sendable {
    let module: SentinelFailoverModule
    let fleet: SentinelFleet
    let plan: SentinelSwitch
    let topology: RedisTopology
    /// When it was looked for.
    let seen: ContinuousClock.Instant

    private var settings: SentinelSettings { module.settings }
    private var scripts: SentinelScripts { SentinelScripts(settings: settings) }
    private var circle: SentinelCircle { topology.circle ?? SentinelCircle([]) }

    func handOver() async throws -> Outcome {
        guard !plan.isMoved, let from = plan.from else { return outcome([], LossKnowledge.nothing) }
        let judge = try fleet.judge(in: circle, not: from)
        await fleet.desk.progress("asking Sentinel on \(judge.name) to let \(plan.to) take the writes")
        let fragment = scripts.handOver(
            from: try settings.redis.peer(from), to: try settings.redis.peer(plan.to), by: judge,
            within: max(1, min(module.patience, downAfter - 2)))
        try await fleet.redis.make("hand over to \(plan.to)", fragment, on: from)
        try expect(try await waitForOne(within: 60, among: nil).found, plan.to)
        return outcome(
            ["Sentinel let \(plan.to) take the writes; none is lost", "\(from) copies from \(plan.to)"],
            LossKnowledge.nothing)
    }

    private var downAfter: Int { circle.answering.compactMap { $0.report?.downAfter }.min() ?? 5 }

    // MARK: From a dead primary

    func takeOver() async throws -> Outcome {
        guard !plan.isMoved else {
            guard topology.servers.contains(where: { $0.report == nil }) || !topology.alarms.isEmpty else {
                throw ModuleFailure("\(plan.to) is not dead: it takes writes\nto move them: failover redis --planned")
            }
            var lines = ["\(plan.to) takes the writes, for the Sentinels too: nothing was done"]
            if let from = plan.from {
                let loss = RedisLoss(dead: from, heir: plan.to, seconds: nil)
                lines.append("if \(from) was the primary until now: \(loss.sentence)")
            }
            return Outcome(
                changed: false,
                result: ["primary": .string(plan.to), "loss": LossKnowledge.unknown.value, "lost": .null],
                message: lines.joined(separator: "\n"))
        }
        try await waitForSentinel()
        let old = plan.from
        let (end, isSettled) = try await waitForOne(
            within: 60, among: settings.redis.servers.map(\.name).filter { $0 != old })
        guard let heir = end.primary else { throw ModuleFailure("no server takes writes: look at redis status") }
        guard isSettled else {
            throw ModuleFailure(
                "\(heir.name) takes the writes, but the Sentinels do not agree on it, or a replica does not copy from it: look at redis status"
            )
        }
        let heard = topology[plan.to]?.report?.heardWithin.map { seen - .seconds($0) }
        let loss = RedisLoss(dead: old ?? "the primary", heir: plan.to, heard: heard, fenced: .now)
        var lines = ["Sentinel lets \(heir.name) take the writes"]
        if old != nil { lines.append(loss.sentence) }
        return .moved(from: old, to: heir.name, lines, loss.values)
    }

    /// Ends when most Sentinels name another primary than before. One that they find dead, and yet leave, they are asked
    /// about once.
    private func waitForSentinel() async throws {
        let before = circle.agreed
        let old = settings.redis.servers.first { $0.name == plan.from }?.address
        var asked = false
        for round in 0..<(downAfter + 90) {
            let circle = await fleet.circle()
            if let agreed = circle.agreed, agreed != before, agreed != old { return }
            if let agreed = circle.agreed, let server = settings.redis.servers.first(where: { $0.address == agreed }),
                await fleet.redis.look(at: [server.name]).primary != nil
            {
                if server.name == plan.to { return }
                throw ModuleFailure("\(server.name) is not dead: it takes writes; nothing was done")
            }
            let finding = circle.answering.compactMap(\.report)
            if round > downAfter + 10, !finding.contains(where: { $0.findsItDead || $0.isFailingOver }) {
                throw ModuleFailure(
                    """
                    the Sentinels do not find \(plan.from ?? "the primary") dead, so nothing was done
                    \(circle.trouble ?? "it may be our own way to it that is cut: see redis status")
                    """)
            }
            if round > downAfter + 25, !asked, finding.contains(where: \.findsItDead),
                !finding.contains(where: \.isFailingOver)
            {
                asked = true
                let judge = try fleet.judge(in: circle, not: plan.from)
                await fleet.desk.progress("asking Sentinel on \(judge.name) for a failover")
                try await fleet.redis.make(
                    "ask Sentinel for a failover", scripts.failOver(by: judge), on: fleet.desk.name)
            }
            await fleet.desk.progress("waiting for Sentinel: \(round) s")
            try await Task.sleep(for: .seconds(1))
        }
        throw ModuleFailure("Sentinel has not moved the writes: look at redis status, and at its log")
    }

    // MARK: What came of it

    /// - Parameter names: those that live; nil: all, and then all Sentinels have to have heard of it too.
    /// - Returns: the servers, once exactly one takes writes, the Sentinels agree on it, and the others copy from it; or
    ///   as they are at the end, if that did not come about.
    private func waitForOne(
        within seconds: Int, among names: [String]?
    ) async throws -> (found: RedisTopology, isSettled: Bool) {
        let end = ContinuousClock.now + .seconds(seconds)
        while true {
            let now = await fleet.look(at: names)
            let others = now.servers.filter { $0.report?.takesWrites == false }
            if let primary = now.primary, now.circle?.agreed == primary.address,
                others.allSatisfy({ $0.report?.source == primary.address && $0.report?.isLinked == true }),
                names != nil || newAlarms(now).isEmpty
            {
                return (now, true)
            }
            guard ContinuousClock.now < end else { return (now, false) }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    private func expect(_ topology: RedisTopology, _ name: String) throws {
        guard topology.primary?.name == name else {
            let writers = topology.writers.map(\.name).joined(separator: " and ")
            throw ModuleFailure(
                "\(writers.isEmpty ? "nobody takes writes" : "\(writers) takes writes"), not \(name) alone")
        }
        let alarms = newAlarms(topology)
        guard alarms.isEmpty else {
            throw ModuleFailure("\(name) takes the writes, but: \(alarms.joined(separator: "; "))")
        }
    }

    /// What was amiss before is not the move's doing.
    private func newAlarms(_ now: RedisTopology) -> [String] {
        let before = Set(topology.alarms.map(\.description))
        return now.alarms.map(\.description).filter { !before.contains($0) }
    }

    private func outcome(_ lines: [String], _ more: ValueMap) -> Outcome {
        .moved(from: plan.from, to: plan.to, lines, more)
    }
}
