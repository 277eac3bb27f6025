import Modules
import OrderedCollections
import Remote
import YAML

/// The steps of a failover from a dead primary.
struct FailoverRun: Sendable {
    let module: MySQLFailoverModule
    let fleet: MySQLFleet
    let dead: String
    let names: [String]

    private var settings: MySQLSettings { module.settings }
    private var witnesses: [String] { names.filter { $0 != dead } }

    func takeOver() async throws -> Outcome {
        let vigil = MySQLVigil(settings: settings, fleet: fleet, dead: dead, witnesses: witnesses)
        let signs = try await vigil.certainty()
        var topology = await fleet.look(at: witnesses)
        // Who can't be the new primary is found out before anything is fenced.
        var survivors = try self.survivors(topology)
        let fence = try await fence(signs, survivors.epoch)
        await fleet.desk.progress(fence.sentence(dead))
        let fenced = ContinuousClock.now
        try await stopReceiving([survivors.best] + survivors.others)
        topology = await fleet.look(at: witnesses)
        survivors = try self.survivors(topology)
        let heir = survivors.best
        async let passage = fleet.letThrough(to: heir, for: module.clients, but: dead)
        let scripts = try SwitchScripts(settings, topology[survivors.best])
        try await drain(survivors, topology, scripts)
        let loss = await loss(fence, survivors, scripts, since: topology.horizon)
        let passed = await passage
        try await fleet.make(
            scripts.open(
                survivors.epoch, having: survivors.has, within: module.patience,
                semisync: topology[survivors.best]?.report?.semisync?.isWanted == true), on: survivors.best)
        var lines = [
            fence.sentence(dead),
            "\(survivors.best) takes writes, \((ContinuousClock.now - fenced).milliseconds) ms after the fence",
            loss.sentence(dead: dead, heir: survivors.best),
        ]
        lines += passed.changes + passed.warnings + fence.warnings(dead)
        let moved = Outcome.moved(from: dead, to: survivors.best, lines, loss.values)
        let move = SwitchoverRun(
            fleet: fleet, plan: Switchover(survivors), topology: topology, patience: module.patience, scripts: scripts)
        // What it has cost is told also when one of these fails.
        do {
            let events = try await fleet.enableEvents(on: survivors.best)
            if !events.isEmpty { lines.append("events run on \(survivors.best): \(events.joined(separator: ", "))") }
            lines += try await move.attachFollowers()
        } catch let failure as ModuleFailure {
            throw failure.after(moved)
        }
        return .moved(from: dead, to: survivors.best, lines, loss.values)
    }

    private func survivors(_ topology: MySQLTopology) throws -> Survivors {
        let gone = MySQLSight(
            name: dead, address: try settings.peer(dead).address, silence: "dead")
        return try Survivors(
            MySQLTopology(topology.servers + [gone]), to: module.target, now: MySQLFailoverModule.now)
    }

    // MARK: Fencing

    private func fence(_ signs: VitalSigns, _ epoch: Epoch) async throws -> Fence {
        var reason = "SSH to it does not work"
        let fence = FenceScripts(server: try settings.peer(dead))
        if signs.isReached {
            let writing = MySQLMemberScripts(login: settings.login, epochFile: settings.epochFile, patience: 1).write(
                epoch)
            let failure = try await FenceScripts.attempt("stop its MySQL") {
                try await fleet.run(fence.stop(.mysql, recording: writing), on: dead)
            }
            guard let failure else { return .stopped }
            reason = failure
        }
        let cordon = Cordon(fence: fence, desk: fleet.desk, clients: module.clients + witnesses)
        return try await module.sworn == dead ? cordon.cutOffWhoCanBe() : cordon.cutOff(reason)
    }

    // MARK: Promoting

    private func stopReceiving(_ names: [String]) async throws {
        for name in names {
            guard let report = await fleet.look(at: [name]).servers.first?.report, report.channel != nil else {
                continue
            }
            let dialect = MySQLDialect(version: report.version)
            try await fleet.make(
                settings.login.change("stop receiving", ["\(dialect.stopReplica) IO_THREAD"]), on: name)
        }
    }

    /// Everything received is applied before the new primary forgets its source, which would delete it.
    private func drain(_ survivors: Survivors, _ topology: MySQLTopology, _ scripts: SwitchScripts) async throws {
        guard let channel = topology[survivors.best]?.report?.channel else { return }
        if channel.applier != "ON" {
            guard channel.errors.isEmpty else {
                throw ModuleFailure(
                    """
                    \(survivors.best) has received transactions that it cannot apply: \(channel.errors.joined(separator: "; "))
                    \(dead) is fenced; mend the applier on \(survivors.best), then do the same once more
                    """)
            }
            try await fleet.make(
                settings.login.change("apply", ["\(scripts.dialect.startReplica) SQL_THREAD"]), on: survivors.best)
        }
        await fleet.desk.progress("\(survivors.best) applies what it has received")
        let reply = try await fleet.run(scripts.wait(for: survivors.has, within: module.patience), on: survivors.best)
        guard reply.succeeded, reply.output.split(whereSeparator: \.isWhitespace).last == "0" else {
            throw ModuleFailure(
                """
                \(survivors.best) did not apply what it has received within \(module.patience) s
                \(dead) is fenced; do the same once more, with more time (--within)
                """)
        }
    }

    private func loss(
        _ fence: Fence, _ survivors: Survivors, _ scripts: SwitchScripts, since: MySQLReport.Horizon?
    ) async -> Loss {
        guard fence == .stopped else {
            return Loss(extent: .unknown(reason: "\(dead) can't be asked", since: since))
        }
        let salvage = Salvage(fleet: fleet, dead: dead, heir: survivors.best, scripts: scripts, epoch: survivors.epoch)
        do {
            let result = try await salvage.run(knowing: survivors.has)
            return Loss(
                extent: extent(result, since: since), salvaged: result.applied,
                file: result.found.isEmpty ? nil : salvage.file)
        } catch {
            return Loss(extent: .unknown(reason: "\(dead)'s binary log can't be read: \(error)", since: since))
        }
    }

    private func extent(_ result: Salvage.Result, since: MySQLReport.Horizon?) -> Loss.Extent {
        if let unread = result.unread {
            return .unknown(
                reason:
                    "\(dead)'s newest binary log can't be read to its end (\(unread)); \(result.applied.count) transactions were salvaged from before that",
                since: since)
        }
        if result.lost.isEmpty { return .none }
        return .exact(result.lost, reason: result.failure ?? "they were not applied")
    }
}

extension MySQLTopology {
    /// The latest up to which any of them has everything; the one that takes over has what each of them has.
    fileprivate var horizon: MySQLReport.Horizon? {
        servers.compactMap { $0.report?.channel?.horizon }.min { $0.age < $1.age }
    }
}
