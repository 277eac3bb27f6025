import Diagnostics
import OrderedCollections
package import Modules
import Remote
import YAML

#if canImport(Glibc)
    import Glibc
#endif

/// `intchain.site.mysql_failover`: lets a replica take over from a primary that is dead.
///
/// It decides, fences, chooses, salvages and promotes, in this order: nobody is opened before the old primary can take
/// no write any more. Cut off anywhere and done again it goes on.
package struct MySQLFailoverModule: Action {
    package static let spec = ModuleSpec(
        "intchain.site.mysql_failover", summary: "Lets a replica take over from a dead primary.",
        arguments: [
            ArgumentSpec("to"), ArgumentSpec("clients", .list(.string)), ArgumentSpec("fenced"),
            ArgumentSpec("suspect"), ArgumentSpec("again", .bool), ArgumentSpec("timeout", .int),
        ] + MySQLSettings.arguments)

    let settings: MySQLSettings
    let target: String?
    /// The hosts that write to the databases.
    let clients: [String]
    /// The server of which a person says that it takes no write any more.
    let sworn: String?
    /// The server that seems to be dead.
    let suspect: String?
    let mayRepeat: Bool
    /// Seconds for the new primary to apply what it has received.
    let patience: Int

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        settings = try MySQLSettings(arguments, in: context)
        target = try settings.server("to", arguments)
        clients = try arguments.strings("clients") ?? []
        sworn = try settings.server("fenced", arguments)
        suspect = try settings.server("suspect", arguments)
        mayRepeat = try arguments.bool("again") ?? false
        patience = try arguments.seconds("timeout") ?? 60
    }

    package func act(on host: any ActionHost) async throws -> Outcome {
        let fleet = MySQLFleet(settings: settings, desk: host)
        let names = settings.servers.map(\.name)
        let first = try await firstLook(fleet, at: names)
        let survivors = try Survivors(first, to: target, now: Self.now)
        try await fleet.takeLock(on: [survivors.best] + survivors.others)
        if survivors.isDone { return try await finish(survivors, first, fleet) }
        if !mayRepeat { try survivors.refuseAnother(first, now: Self.now) }
        let run = FailoverRun(module: self, fleet: fleet, dead: survivors.dead, names: names)
        return try await run.takeOver()
    }

    /// The one who seems to be dead would hold the others up: it is asked when it is decided whether it is dead.
    private func firstLook(_ fleet: MySQLFleet, at names: [String]) async throws -> MySQLTopology {
        guard let suspect else { return await fleet.look(at: names) }
        let others = await fleet.look(at: names.filter { $0 != suspect })
        let silent = MySQLSight(
            name: suspect, address: try settings.peer(suspect).address,
            silence: "it did not answer when it was first asked")
        let topology = MySQLTopology(others.servers + [silent])
        let survivors = try? Survivors(topology, to: target, now: Self.now)
        return survivors?.dead == suspect && survivors?.isDone == false ? topology : await fleet.look(at: names)
    }

    /// A server takes writes: all that may be left is to let the others follow.
    private func finish(_ survivors: Survivors, _ topology: MySQLTopology, _ fleet: MySQLFleet) async throws -> Outcome
    {
        try Survivors.refuseLiving(topology)
        let plan = Switchover(survivors)
        let move = SwitchoverRun(
            fleet: fleet, plan: plan, topology: topology, patience: patience,
            scripts: try SwitchScripts(settings, topology[survivors.best]))
        let events = try await fleet.enableEvents(on: survivors.best)
        let changes = try await move.attachFollowers()
        return Outcome(
            changed: !changes.isEmpty || !events.isEmpty,
            // What it has cost was told by the run that moved them.
            result: ["primary": .string(survivors.best), "loss": LossKnowledge.unknown.value, "lost": .null],
            message: (["\(survivors.best) takes the writes already"] + changes).joined(separator: "\n"))
    }

    /// Seconds since 1970.
    static var now: Int { var time = timespec(); clock_gettime(CLOCK_REALTIME, &time); return time.tv_sec }
}

extension Switchover {
    /// What is left to do when a server took over from a dead one.
    init(_ survivors: Survivors) {
        (from, to, followers) = (nil, survivors.best, survivors.others)
        (epoch, isMoved, isResumed) = (survivors.epoch, true, false)
    }
}

extension SwitchScripts {
    /// - Throws: `ModuleFailure` when the server did not answer.
    init(_ settings: MySQLSettings, _ server: MySQLSight?) throws {
        guard let report = server?.report else {
            throw ModuleFailure("\(server?.name ?? "the new primary") does not answer")
        }
        self.init(settings: settings, dialect: MySQLDialect(version: report.version))
    }
}
