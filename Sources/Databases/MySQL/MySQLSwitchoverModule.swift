import Diagnostics
import OrderedCollections
package import Modules
import Remote
import YAML

/// `intchain.site.mysql_switchover`: moves the writes to another database server without losing one.
///
/// Cut off between any two steps it leaves one server that takes writes, or none; done again it goes on from there.
package struct MySQLSwitchoverModule: Action {
    package static let spec = ModuleSpec(
        "intchain.site.mysql_switchover", summary: "Moves the writes to another database server, losing none.",
        arguments: [ArgumentSpec("to"), ArgumentSpec("clients", .list(.string)), ArgumentSpec("timeout", .int)]
            + MySQLSettings.arguments)

    let settings: MySQLSettings
    let target: String?
    /// The hosts that write to the databases.
    let clients: [String]
    /// Seconds to wait for the replica; writes wait as long, at most.
    let patience: Int

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        settings = try MySQLSettings(arguments, in: context)
        target = try settings.server("to", arguments)
        clients = try arguments.strings("clients") ?? []
        patience = try arguments.seconds("timeout") ?? 10
        guard patience > 0 else { throw arguments.problem("timeout", "is not positive") }
    }

    package func act(on host: any ActionHost) async throws -> Outcome {
        let fleet = MySQLFleet(settings: settings, desk: host)
        let names = settings.servers.map(\.name)
        try await fleet.takeLock(on: names)
        let topology = await fleet.look(at: names)
        let plan = try Switchover(topology, to: target, patience: patience)
        guard let report = topology[plan.to]?.report else { throw ModuleFailure("\(plan.to) does not answer") }
        let move = SwitchoverRun(
            fleet: fleet, plan: plan, topology: topology, patience: patience,
            scripts: SwitchScripts(settings: settings, dialect: MySQLDialect(version: report.version)))
        let passage = await fleet.letThrough(to: plan.to, for: clients)
        var changes = passage.changes
        var result: ValueMap = ["primary": .string(plan.to), "old": plan.from.map { .string($0) } ?? .null]
        result.merge(LossKnowledge.nothing) { $1 }
        if !plan.isMoved {
            let pause = try await move.moveWrites()
            result["pause_ms"] = .int(pause.milliseconds)
            changes.append("\(plan.to) takes writes; they waited at most \(pause.milliseconds) ms")
        }
        let events = try await fleet.enableEvents(on: plan.to)
        if !events.isEmpty { changes.append("events run on \(plan.to): \(events.joined(separator: ", "))") }
        changes += try await move.attachFollowers()
        // The move is done, whether they go or not.
        if !plan.isMoved, let from = plan.from { _ = try? await fleet.make(move.scripts.sendClientsAway, on: from) }
        let told = changes.isEmpty ? ["\(plan.to) is the primary already"] : changes
        return Outcome(
            changed: !changes.isEmpty, result: result, message: (told + passage.warnings).joined(separator: "\n"))
    }
}

/// The steps of a switchover.
struct SwitchoverRun: Sendable {
    let fleet: MySQLFleet
    let plan: Switchover
    let topology: MySQLTopology
    let patience: Int
    let scripts: SwitchScripts

    /// - Returns: how long writes waited.
    /// - Throws: `ModuleFailure`; the old primary takes writes again, unless the sentence says otherwise.
    func moveWrites() async throws -> Duration {
        try await catchUp()
        let clock = ContinuousClock()
        let start = clock.now
        let executed = try await close()
        let semisync = topology[plan.to]?.report?.semisync
        let change = scripts.open(
            plan.epoch, having: executed, within: patience, semisync: semisync?.isWanted == true)
        await fleet.desk.progress("\(plan.to) applies the last transactions")
        let reply: Reply
        do {
            reply = try await fleet.run(change.fragment, on: plan.to)
        } catch {
            throw ModuleFailure(
                """
                \(plan.to) was lost while it was to take writes: \(error)
                whether it does is not known, so \(plan.from ?? "nobody") was not opened again; do the same once more
                """)
        }
        guard reply.succeeded else { throw await undo(ModuleFailure("\(plan.to): \(change.failure(reply))"), reply) }
        return clock.now - start
    }

    /// While writes go on: a replica that can't keep up is found out before they stop.
    private func catchUp() async throws {
        guard let from = plan.from, let executed = topology[from]?.report?.executed else { return }
        await fleet.desk.progress("waiting until \(plan.to) is in step with \(from)")
        let reply = try await fleet.run(scripts.wait(for: executed, within: patience), on: plan.to)
        guard reply.succeeded, reply.output.split(whereSeparator: \.isWhitespace).last == "0" else {
            let reason = reply.succeeded ? "" : ": \(ModuleFailure("wait", reply))"
            throw ModuleFailure(
                "\(plan.to) is not in step with \(from) within \(patience) s\(reason); nothing was changed")
        }
    }

    /// - Returns: all that the old primary has executed.
    private func close() async throws -> GTIDSet {
        guard let from = plan.from else { return GTIDSet() }
        await fleet.desk.progress("\(from) stops taking writes")
        let change = scripts.close(plan.epoch)
        let reply: Reply
        do {
            reply = try await fleet.run(change.fragment, on: from)
        } catch {
            throw ModuleFailure("\(from) was lost while it was to stop taking writes: \(error)\ndo the same once more")
        }
        guard reply.succeeded, let executed = GTIDSet(reply.output) else {
            throw await undo(ModuleFailure("\(from): \(change.failure(reply))"), Reply(status: SwitchScripts.late))
        }
        return executed
    }

    /// Opens the old primary again, which is right only while the new one surely takes no writes. That one first takes
    /// its own steps back, for its epoch file names it already.
    private func undo(_ failure: ModuleFailure, _ reply: Reply) async -> ModuleFailure {
        guard let from = plan.from else { return failure }
        if reply.status != SwitchScripts.late {
            let target = await fleet.look(at: [plan.to]).servers.first
            guard target?.report?.takesWrites == false else {
                return ModuleFailure(
                    "\(failure)\n\(from) was not opened again: \(plan.to) may take writes; do the same once more")
            }
        }
        let isTouched = reply.status != SwitchScripts.late
        let undo = SwitchoverUndo(
            from: from, to: plan.to, withdraw: isTouched ? scripts.withdraw(topology[plan.to]?.epoch) : nil,
            reopen: scripts.reopen(topology[from]?.epoch))
        return await undo.run(after: failure) { try await fleet.make($0, on: $1) }
    }

    /// Everybody else replicates from the new primary.
    /// - Returns: who was attached, as sentences.
    /// - Throws: `ModuleFailure` that names each who was not; the writes have moved all the same.
    func attachFollowers() async throws -> [String] {
        let peer = try fleet.settings.peer(plan.to)
        let waiting = plan.followers.filter { name in
            guard let server = topology[name] else { return true }
            return topology.source(of: server)?.name != plan.to || server.report?.channel?.isRunning != true
                || server.epoch != plan.epoch
        }
        guard !waiting.isEmpty else {
            if !plan.followers.isEmpty { try await resumeSemisync() }
            return []
        }
        await fleet.desk.progress("\(waiting.joined(separator: ", ")) to replicate from \(plan.to)")
        let done = await concurrently(waiting) { name in
            let hasSemisync = topology[name]?.report?.semisync != nil
            try await fleet.make(scripts.follow(peer, plan.epoch, semisync: hasSemisync), on: name)
        }
        let failures = done.compactMap { _, result in if case .failure(let error) = result { "\(error)" } else { nil } }
        guard failures.isEmpty else {
            throw ModuleFailure(
                "\(plan.to) takes the writes, but not every server replicates from it:\n"
                    + failures.joined(separator: "\n") + "\nintchainctl db rejoin brings one back")
        }
        try await resumeSemisync()
        return waiting.map { "\($0) replicates from \(plan.to)" }
    }

    /// Where the plugin is loaded, commits are to wait for a replica; opening has suspended that.
    private func resumeSemisync() async throws {
        guard topology[plan.to]?.report?.semisync != nil else { return }
        try await fleet.make(scripts.waitForReplicas, on: plan.to)
    }
}

extension Duration {
    var milliseconds: Int { Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000) }
}
