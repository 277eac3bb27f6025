import ArgumentParser
import Databases
import Playbooks
import YAML

/// `intchainctl failover db`: another database server takes the writes, by `playbooks/failover-db.yml`.
struct FailoverDb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "Let another database server take the writes.",
        discussion: """
            --planned while the primary lives: no write is lost, and when anything takes too long the primary takes \
            writes again. The plan is shown first.
            """)

    @Flag(help: "The primary lives: lose no write.")
    var planned = false

    @Option(name: .customLong("to"), help: ArgumentHelp("The new primary.", valueName: "host"))
    var target: String?

    @Option(
        name: .customLong("within"),
        help: ArgumentHelp("How long the new primary may take to catch up.", valueName: "duration"),
        transform: { try TimeSpan($0).duration })
    var patience: Duration = .seconds(10)

    @OptionGroup var confirmation: ConfirmationFlags

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    func run() async throws {
        let context = Context.live()
        guard planned else { throw CommandFailure("only --planned is there yet", status: .usage) }
        let topology = try await MySQLSurvey(context: context, flags: flags).topology()
        for line in topology.tree { context.console.say(line) }
        let seconds = max(1, Int(patience.components.seconds))
        let plan: Switchover
        do { plan = try Switchover(topology, to: target, patience: seconds) } catch {
            throw CommandFailure("\(error)", hint: "nothing was changed", status: .hostFailed)
        }
        for (number, step) in plan.steps.enumerated() { context.console.say("  \(number + 1). \(step)") }
        try confirmation.confirm("Let \(plan.to) take the writes?", console: context.console)
        let command = PlaybookCommand(context: context, flags: flags)
        let loaded = try command.load(
            try SitePlaybook("failover-db", context: context).path,
            variables: [
                "failover_desk": .string(plan.to), "failover_to": .string(plan.to),
                "failover_timeout": .int(seconds),
            ])
        let recap = try await command.run(loaded, as: "failover db --planned", lock)
        try ExitStatus(of: recap).throwUnlessDone()
    }
}
