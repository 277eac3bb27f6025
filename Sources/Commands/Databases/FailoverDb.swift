import ArgumentParser
import Databases
import Playbooks
import YAML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `intchainctl failover db`: another database server takes the writes, by `playbooks/failover-db.yml`.
struct FailoverDb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "Let another database server take the writes.",
        discussion: """
            --planned while the primary lives: no write is lost, and when anything takes too long the primary takes \
            writes again.

            Without it the primary has to be dead, to us and to every replica. It is fenced, so that it takes no write \
            any more: its server is stopped over SSH, or its port is cut off on every client. What its binary log holds \
            and nobody has received is salvaged, and what is lost is told. The plan is shown first.
            """)

    @Flag(help: "The primary lives: lose no write.")
    var planned = false

    @Option(name: .customLong("to"), help: ArgumentHelp("The new primary.", valueName: "host"))
    var target: String?

    @Option(
        name: .customLong("within"),
        help: ArgumentHelp(
            "How long the new primary may take to apply what is left (10s; 60s when the old one is dead).",
            valueName: "duration"),
        transform: { try TimeSpan($0).duration })
    var patience: Duration?

    @Option(
        help: ArgumentHelp(
            "Your word that this dead primary takes no write any more: it is switched off, or its cable is pulled.",
            valueName: "host"))
    var fenced: String?

    @Flag(help: "Also within an hour after another failover.")
    var again = false

    @OptionGroup var confirmation: ConfirmationFlags

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    func validate() throws {
        guard !planned || (fenced == nil && !again) else {
            throw ValidationError("--fenced and --again are for a dead primary, --planned for a living one")
        }
    }

    func run() async throws {
        let context = Context.live()
        var flags = flags
        // A dead host answers nothing, and one that hangs neither: the usual ten seconds for it, again and again, would be
        // most of the outage. Whether it is dead is not decided here.
        if !planned { flags.connection.timeout = min(flags.connection.timeout, 3) }
        let survey = MySQLSurvey(context: context, flags: flags)
        if planned { return try await move(try await survey.topology(), context, flags) }
        try await survey.early(within: 2).use { try await move($0, context, flags) }
    }

    private func move(_ topology: MySQLTopology, _ context: Context, _ flags: RunFlags) async throws {
        for line in topology.tree { context.console.say(line) }
        let plan: (to: String, suspect: String, steps: [String])
        do { plan = try self.plan(topology) } catch {
            throw CommandFailure("\(error)", hint: "nothing was changed", status: .hostFailed)
        }
        for (number, step) in plan.steps.enumerated() { context.console.say("  \(number + 1). \(step)") }
        try confirmation.confirm("Let \(plan.to) take the writes?", console: context.console)
        var command = PlaybookCommand(context: context, flags: flags)
        let result = FailoverResult()
        command.addition = { result.addition }
        let loaded = try command.load(
            try SitePlaybook("failover-db", context: context).path, variables: variables(plan.to, suspect: plan.suspect)
        )
        try await command.runTelling(loaded, as: planned ? "failover db --planned" : "failover db", lock, also: result)
    }

    private var seconds: Int { max(1, Int((patience ?? .seconds(planned ? 10 : 60)).components.seconds)) }

    private func plan(_ topology: MySQLTopology) throws -> (to: String, suspect: String, steps: [String]) {
        if planned {
            let plan = try Switchover(topology, to: target, patience: seconds)
            return (plan.to, "", plan.steps)
        }
        let now = Int(Date.now.timeIntervalSince1970)
        try Survivors.refuseLiving(topology)
        let survivors = try Survivors(topology, to: target, now: now)
        if !again { try survivors.refuseAnother(topology, now: now) }
        return (survivors.best, survivors.isDone ? "" : survivors.dead, survivors.steps)
    }

    private func variables(_ heir: String, suspect: String) -> [String: Value] {
        [
            "failover_planned": .bool(planned), "failover_desk": .string(heir), "failover_to": .string(target ?? ""),
            "failover_timeout": .int(seconds), "failover_fenced": .string(fenced ?? ""),
            "failover_again": .bool(again), "failover_suspect": .string(suspect),
        ]
    }
}
