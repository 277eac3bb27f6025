import Modules
import OrderedCollections
import Remote
import YAML

/// The steps of a rejoin.
struct RejoinRun: Sendable {
    let module: MySQLRejoinModule
    let fleet: MySQLFleet
    let primary: MySQLSight

    private var name: String { module.name }
    private var settings: MySQLSettings { module.settings }
    private var epoch: Epoch { primary.epoch ?? Epoch(number: 1, primary: primary.name) }

    func run() async throws -> Outcome {
        var lines: [String] = []
        // It may have been attached by another way than this one, and moved to.
        let reached = await fleet.letThrough(to: primary.name, for: module.clients)
        lines += reached.changes
        var report = try await start(&lines)
        let scripts = try SwitchScripts(settings, MySQLSight(name: name, address: "", report: report))
        if report.takesWrites {
            try await fleet.make(scripts.close(epoch), on: name)
            lines.append("\(name) took writes beside \(primary.name), and was stopped from that")
            report = try await look(at: name)
        }
        let way = Rejoin(report, under: try await lookAtPrimary())
        if way != .isThere { try await expectReach() }
        switch way {
        case .isThere: break
        case .attach: try await attach(scripts, report)
        case .rebuild(let errant, _):
            if !errant.isEmpty { lines.append(try await save(errant)) }
            guard module.mayRebuild else {
                throw ModuleFailure(
                    """
                    \((lines + [way.sentence(name, under: primary.name)]).joined(separator: "\n"))
                    it takes no writes and was left as it is; to replace all its data by a copy of \(primary.name)'s: --rebuild
                    """)
            }
            // Once the clone is there nobody knows any more what was given up.
            if !errant.isEmpty { lines += try await giveUp(errant) }
            try await Cloning(fleet: fleet, name: name, primary: primary, dialect: scripts.dialect).clone(report)
            lines.append("\(name) is a copy of \(primary.name) now")
            try await attach(scripts, report)
        }
        if let semisync = primary.report?.semisync, !semisync.isWanted {
            try await fleet.make(scripts.waitForReplicas, on: primary.name)
            lines.append("commits of \(primary.name) wait for a replica again")
        }
        if way != .isThere { lines.append("\(name) replicates from \(primary.name)") }
        let opened = await fleet.letThrough(to: name, for: module.clients)
        lines += opened.changes
        var result: ValueMap = ["primary": .string(primary.name)]
        if case .rebuild(let errant, _) = way {
            result["errant"] = .int(errant.count)
            result["errant_gtids"] = .string(errant.description)
        }
        let told = lines.isEmpty ? ["\(name) replicates from \(primary.name) already"] : lines
        return Outcome(
            changed: !lines.isEmpty, result: result,
            message: (told + reached.warnings + opened.warnings).joined(separator: "\n"))
    }

    // MARK: Looking

    private func look(at name: String) async throws -> MySQLReport {
        guard let sight = await fleet.look(at: [name]).servers.first, let report = sight.report else {
            throw ModuleFailure("\(name) does not answer")
        }
        return report
    }

    private func expectReach() async throws {
        let login = settings.login(to: try settings.peer(primary.name))
        let vital = try await fleet.vital("SELECT 1", as: login, from: name)
        try Reach(name: name, source: primary.name).check(vital)
    }

    private func lookAtPrimary() async throws -> MySQLSight {
        guard let sight = await fleet.look(at: [primary.name]).servers.first, sight.report?.takesWrites == true else {
            throw ModuleFailure("\(primary.name) takes no writes any more")
        }
        return sight
    }

    /// Starts its MySQL when it does not run: read-only, by my.cnf, and it stays so, by the epoch file.
    private func start(_ lines: inout [String]) async throws -> MySQLReport {
        if let report = await fleet.look(at: [name]).servers.first?.report { return report }
        await fleet.desk.progress("starting MySQL on \(name)")
        let member = MySQLMemberScripts(login: settings.login, epochFile: settings.epochFile, patience: 10)
        try await fleet.make(
            Change(
                "start MySQL",
                by: .changes(
                    "set -e\n\(member.write(epoch))\n\(FencedService.mysql.start)",
                    timeout: .seconds(30))), on: name)
        lines.append("MySQL of \(name) was started")
        return try await fleet.waitUntil(name, answersWithin: module.patience)
    }

    // MARK: Doing

    private func attach(_ scripts: SwitchScripts, _ report: MySQLReport) async throws {
        await fleet.desk.progress("\(name) to replicate from \(primary.name)")
        try await fleet.make(
            scripts.follow(try settings.peer(primary.name), epoch, semisync: report.semisync != nil),
            on: name)
    }

    /// Has no restore replay what the rebuild gives up: the logs of before are kept elsewhere, beside what the primary has
    /// made of the same rows since. Where the server is not rebuilt after all, a later rejoin takes it back.
    /// - Throws: `ModuleFailure` when a host that answers can't note it.
    private func giveUp(_ errant: GTIDSet) async throws -> [String] {
        let program: Shell = "/usr/local/sbin/intchain-restore"
        let note = Change(
            "note what no restore is to replay",
            by: .changes(
                "! grep -qs -e --abandon \(program) || \(program) --abandon \(errant.description)",
                timeout: .seconds(180)))
        var lines: [String] = []
        for (host, result) in await concurrently(module.backupHosts, { try await fleet.make(note, on: $0) }) {
            switch result {
            case .success: break
            case .failure(let failure as ModuleFailure): throw failure
            case .failure(let error):
                lines.append("\(host) is not told what is given up, and a restore there may bring it back: \(error)")
            }
        }
        return lines
    }

    /// Keeps what would be lost in a file that people and servers can read.
    /// - Returns: where, in a sentence.
    /// - Throws: `ModuleFailure` when some of it is in no binary log any more: a rebuild would lose it for ever.
    private func save(_ errant: GTIDSet) async throws -> String {
        await fleet.desk.progress("saving \(errant.count) transactions that only \(name) has")
        let listing = try await fleet.run(Salvage.listing, on: name)
        let logs = try Salvage.files(in: listing.output, after: primary.report?.executed ?? GTIDSet())
        let script = BinlogScripts().keep(errant, of: logs, as: "\(name)-epoch\(epoch.number)-errant")
        let reply = try await fleet.run(.changes(script), on: name)
        guard reply.succeeded else {
            throw ModuleFailure("\(name): \(ModuleFailure("save the transactions that only it has", reply))")
        }
        return try Kept(parsing: reply.output).sentence(of: errant, on: name)
    }
}

/// What of a server's own transactions is in a file now.
struct Kept: Hashable, Sendable {
    var file: String
    var saved: GTIDSet

    /// - Throws: `ModuleFailure` for what `BinlogScripts.keep` does not print.
    init(parsing text: String) throws {
        let lines = text.split(separator: "\n").map(String.init)
        guard let file = lines.first, file.hasPrefix("file="),
            let saved = GTIDSet(lines.dropFirst().joined(separator: ","))
        else { throw ModuleFailure("the transactions in the binary log cannot be read") }
        self.file = String(file.dropFirst("file=".count))
        self.saved = saved
    }

    /// - Throws: `ModuleFailure` when the file lacks some of them.
    func sentence(of errant: GTIDSet, on name: String) throws -> String {
        let missing = errant.subtracting(saved)
        guard missing.isEmpty else {
            throw ModuleFailure(
                """
                \(name) has \(missing.count) transactions of its own that are in no binary log of it any more: \(missing)
                they can't be kept, and a rebuild would lose them: look on \(name) for the rows that only it has; to give \
                them up, say RESET BINARY LOGS AND GTIDS (RESET MASTER before MySQL 8.2) there, and do the same once more
                """)
        }
        return "its own transactions are kept in \(file) on \(name)"
    }
}

extension MySQLFleet {
    /// Takes away what a failover cut off: a server that takes the writes, or may be the next one, has to be reached.
    /// - Parameter dead: a server that is not asked.
    func letThrough(to name: String, for clients: [String], but dead: String? = nil) async -> Cordon.Passage {
        guard let server = try? settings.peer(name) else { return Cordon.Passage(server: name) }
        let hosts = (clients + settings.servers.map(\.name)).filter { $0 != name && $0 != dead }
        return await Cordon(fence: FenceScripts(server: server), desk: desk, clients: hosts).letThrough()
    }
}
