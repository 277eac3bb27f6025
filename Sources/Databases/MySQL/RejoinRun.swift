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
        switch way {
        case .isThere: break
        case .attach: try await attach(scripts, report)
        case .rebuild(let errant, _):
            let saved = errant.isEmpty ? nil : try await save(errant)
            if let saved { lines.append("its own transactions are kept in \(saved) on \(name)") }
            guard module.mayRebuild else {
                throw ModuleFailure(
                    """
                    \((lines + [way.sentence(name, under: primary.name)]).joined(separator: "\n"))
                    it takes no writes and was left as it is; to replace all its data by a copy of \(primary.name)'s: --rebuild
                    """)
            }
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

    /// Keeps what would be lost in a file that people and servers can read.
    /// - Returns: its path.
    private func save(_ errant: GTIDSet) async throws -> String {
        await fleet.desk.progress("saving \(errant.count) transactions that only \(name) has")
        let file = "/var/lib/intchain/salvage/\(name)-epoch\(epoch.number)-errant.sql"
        let listing = try await fleet.run(Salvage.listing, on: name)
        let files = try Salvage.files(in: listing.output, after: primary.report?.executed ?? GTIDSet())
        let reply = try await fleet.run(
            .changes(
                """
                set -e
                umask 077; mkdir -p /var/lib/intchain/salvage; cd /var/lib/mysql
                mysqlbinlog --no-defaults --verify-binlog-checksum -v --include-gtids=\(errant.description) \(files) >\(file + ".new")
                mv -f \(file + ".new") \(file)
                """), on: name)
        guard reply.succeeded else {
            throw ModuleFailure("\(name): \(ModuleFailure("save the transactions that only it has", reply))")
        }
        return file
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
