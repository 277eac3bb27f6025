import ArgumentParser
import Rollouts

/// What `resume` and `abort` are given: which run, where, and how the site's lock is taken for it.
struct OpenRunArguments: ParsableArguments {
    @Argument(help: "The run's id, as 'intchainctl history' lists it; without it, the newest that is not finished.")
    var run: String?

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    @OptionGroup var lost: LostHostFlags

    /// The run, and a command with what the run was given on its command line.
    /// - Throws: `CommandFailure` when no such run is open, or a secret of it is not given again.
    func open(_ context: Context) async throws -> (run: OpenRun, command: PlaybookCommand) {
        let run = try await OpenRun(run, context, flags)
        let record = run.record
        var flags = flags
        flags.playbook.extraVars = try GivenVariables(record).completed(by: flags.playbook)
        var command = PlaybookCommand(context: context, flags: flags)
        command.standIn = record.standIn
        return (run, command)
    }
}
