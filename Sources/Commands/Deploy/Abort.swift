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

    @OptionGroup var arguments: OpenRunArguments

    func run() async throws {
        let context = Context.live()
        let (run, command) = try await arguments.open(context)
        let record = run.record
        context.console.say("taking back \(record.command), run \(record.id) of \(record.holder) on \(record.machine)")
        let machine = RunIdentity("", environment: context.environment).machine
        let variables = ResumedRun.wayBack(record, run.stock, machine: machine, aborts: true)
        var loaded = try command.load(
            try SitePlaybook("abort", context: context).path,
            variables: variables.asArguments.merging(arguments.lost.variables) { $1 })
        loaded.options.skipsUnreachable = arguments.lost.skipUnreachable
        var rollout = Rollout(command: command, kind: "abort", name: "abort \(record.id)", lock: arguments.lock)
        (rollout.release, rollout.resumes, rollout.newest) = (record.release, record.id, run.newest)
        rollout.variables = ResumedRun.kept(record)
        try await rollout.run(loaded)
    }
}
