import ArgumentParser
import OrderedCollections
import Playbooks
import Rollouts
import YAML

/// `intchainctl abort [RUN]`: takes a rollout back that was cut off, paused or stopped.
struct Abort: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take a rollout back that was cut off or paused: every server serves what it served before.",
        discussion: "The lock of a run that was killed is taken with --take-over, once its heartbeat has stopped.")

    @Argument(help: "The run's id, as 'intchainctl history' lists it; without it, the newest that is not finished.")
    var run: String?

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    @OptionGroup var lost: LostHostFlags

    func run() async throws {
        let context = Context.live()
        let record = try await OpenRun(run, context, flags).record
        var flags = flags
        flags.playbook.extraVars = try GivenVariables(record).completed(by: flags.playbook)
        let command = PlaybookCommand(context: context, flags: flags)
        context.console.say("taking back \(record.command), run \(record.id) of \(record.holder) on \(record.machine)")
        let variables = ResumedRun.wayBack(record, aborts: true)
        var loaded = try command.load(
            try SitePlaybook("abort", context: context).path, variables: variables.asArguments)
        loaded.options.skipsUnreachable = lost.skipUnreachable
        var rollout = Rollout(command: command, kind: "abort", name: "abort \(record.id)", lock: lock)
        (rollout.release, rollout.resumes) = (record.release, record.id)
        try await rollout.run(loaded)
    }
}
