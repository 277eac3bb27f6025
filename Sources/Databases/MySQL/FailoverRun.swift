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
        let signs = try await certainty()
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
        async let reached = fleet.letThrough(to: heir, for: module.clients)
        let scripts = try SwitchScripts(settings, topology[survivors.best])
        try await drain(survivors, topology, scripts)
        let loss = await loss(fence, survivors, scripts, silence: topology.silence)
        _ = await reached
        try await fleet.make(
            scripts.open(
                survivors.epoch, having: survivors.has, within: module.patience,
                semisync: topology[survivors.best]?.report?.semisync?.isWanted == true), on: survivors.best)
        let events = try await fleet.enableEvents(on: survivors.best)
        let move = SwitchoverRun(
            fleet: fleet, plan: Switchover(survivors), topology: topology, patience: module.patience, scripts: scripts)
        let attached = try await move.attachFollowers()
        var lines = [
            fence.sentence(dead),
            "\(survivors.best) takes writes, \((ContinuousClock.now - fenced).milliseconds) ms after the fence",
            loss.sentence(dead: dead, heir: survivors.best),
        ]
        if !events.isEmpty { lines.append("events run on \(survivors.best): \(events.joined(separator: ", "))") }
        var result: ValueMap = ["primary": .string(survivors.best), "old": .string(dead)]
        result.merge(loss.values) { $1 }
        return Outcome(changed: true, result: result, message: (lines + attached).joined(separator: "\n"))
    }

    private func survivors(_ topology: MySQLTopology) throws -> Survivors {
        let gone = MySQLSight(
            name: dead, address: try settings.peer(dead).address, silence: "dead")
        return try Survivors(
            MySQLTopology(topology.servers + [gone]), to: module.target, now: MySQLFailoverModule.now)
    }

    // MARK: Deciding

    /// Looks until the primary's death is certain.
    /// - Throws: `ModuleFailure` when anybody sees it alive.
    private func certainty() async throws -> VitalSigns {
        var looks: [VitalSigns] = []
        let start = ContinuousClock.now
        for round in 0..<20 {
            await fleet.desk.progress("is \(dead) dead? look \(round + 1)")
            let next = ContinuousClock.now + .seconds(1)
            let begun = ContinuousClock.now - start
            var signs = await look()
            signs.begun = begun
            looks.append(signs)
            if try Death.isCertain(of: dead, looks) { return signs }
            try await Task.sleep(until: next, clock: .continuous)
        }
        throw ModuleFailure("a replica still hears \(dead): it is not surely dead, so nothing was done")
    }

    private func look() async -> VitalSigns {
        async let own = lookFromItsHost()
        let seen = await concurrently(witnesses) { try await self.lookFromReplica($0) }
        var signs = VitalSigns(own: await own.vital, isReached: await own.isReached, replicas: [:])
        for (name, result) in seen {
            switch result {
            case .success(let (vital, silence)):
                signs.replicas[name] = vital
                if let silence { signs.silence = min(silence, signs.silence ?? silence) }
            case .failure(let error): signs.replicas[name] = .unknown("\(error)")
            }
        }
        return signs
    }

    private static let question: SQL = "SELECT 1"

    private func lookFromItsHost() async -> (vital: Vital, isReached: Bool) {
        do {
            let login = settings.login.patient(2)
            return (Vital(try await ask(Self.question, as: login, on: dead)), true)
        } catch {
            return (.dead("\(error)"), false)
        }
    }

    /// What a replica gets as an answer, and how long ago it heard the primary on its own; nil when that has ended.
    private func lookFromReplica(_ name: String) async throws -> (Vital, Double?) {
        let login = settings.login(to: try settings.peer(dead)).patient(2)
        async let answer = ask(Self.question, as: login, on: name)
        let channel = await fleet.look(at: [name]).servers.first?.report?.channel
        return (Vital(try await answer), channel?.receiver == "ON" ? channel?.silence : nil)
    }

    private func ask(_ statement: SQL, as login: MySQLLogin, on name: String) async throws -> SQLAnswer {
        let probe = SQLProbe(statement, as: login)
        let fragment = Fragment.reads(
            SQLProbe.shell(for: [probe]), inputs: SQLProbe.inputs(for: [probe]), timeout: .seconds(3))
        let reply = try await limited(to: .seconds(6)) { try await fleet.run(fragment, on: name) }
        guard reply.status != 124 else { return .refused(SQLError(code: 0, message: "no answer within 3 s")) }
        return try SQLProbe.parse(reply, for: [probe])[0]
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
        if module.sworn == dead { return .sworn }
        return try await Cordon(fence: fence, desk: fleet.desk, clients: module.clients + witnesses).cutOff(reason)
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
        _ fence: Fence, _ survivors: Survivors, _ scripts: SwitchScripts, silence: Double?
    ) async -> Loss {
        guard fence == .stopped else { return .unknown(reason: "\(dead) can't be asked", seconds: silence) }
        let salvage = Salvage(fleet: fleet, dead: dead, heir: survivors.best, scripts: scripts, epoch: survivors.epoch)
        do {
            let result = try await salvage.run(knowing: survivors.has)
            if result.lost.isEmpty { return .none(salvaged: result.found.count) }
            return .exact(result.lost, file: salvage.file, reason: result.failure ?? "they were not applied")
        } catch {
            return .unknown(reason: "\(dead)'s binary log can't be read: \(error)", seconds: silence)
        }
    }
}

extension MySQLTopology {
    /// Seconds since anybody heard their source.
    fileprivate var silence: Double? { servers.compactMap { $0.report?.channel?.silence }.min() }
}

extension MySQLLogin {
    func patient(_ seconds: Int) -> MySQLLogin {
        var login = self
        login.connectTimeout = seconds
        return login
    }
}

/// What a failover has cost.
enum Loss: Hashable, Sendable {
    case none(salvaged: Int)
    case exact(GTIDSet, file: String, reason: String)
    /// Nobody can know before the dead server is back.
    case unknown(reason: String, seconds: Double?)

    func sentence(dead: String, heir: String) -> String {
        switch self {
        case .none(0): "no write is lost: \(heir) had everything that \(dead)'s binary log holds"
        case .none(let count): "no write is lost: \(count) transactions were salvaged from \(dead)'s binary log"
        case .exact(let lost, let file, let reason):
            """
            \(lost.count) transactions are lost: \(lost)
            they are in \(file) on \(dead): \(reason)
            """
        case .unknown(let reason, let seconds):
            """
            writes may be lost: \(reason)
            at most those that \(dead) acknowledged \(seconds.map { "in the last \(Int($0.rounded(.up))) s, since \(heir) last heard it" } ?? "after \(heir) last heard it"); \
            intchainctl db rejoin \(dead) will tell which
            """
        }
    }

    var values: ValueMap {
        switch self {
        case .none(let salvaged): ["lost": 0, "salvaged": .int(salvaged)]
        case .exact(let lost, let file, _):
            ["lost": .int(lost.count), "lost_gtids": .string(lost.description), "file": .string(file)]
        case .unknown(_, let seconds): ["lost": .null, "lost_within_seconds": seconds.map { .float($0) } ?? .null]
        }
    }
}

/// Runs the body, and gives up on it when the time is over.
/// - Throws: `ModuleFailure` then.
func limited<Result: Sendable>(
    to limit: Duration, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let result = try await group.next() ?? nil else {
            throw ModuleFailure("no answer within \(limit.components.seconds) s")
        }
        return result
    }
}
