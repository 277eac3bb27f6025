import ArgumentParser
import YAML

/// `intchainctl rollback [RELEASE]`: back to the release before, or to a named one, by `playbooks/rollback.yml`.
struct Rollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Go back to the release before, or to a named one, one app server at a time.")

    @Argument(help: "The release's id, as 'intchainctl releases' lists it; without it, the release before.")
    var release: String?

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    @OptionGroup var hooks: HookFlags

    func run() async throws {
        let context = Context.live()
        let command = PlaybookCommand(context: context, flags: flags)
        let variables = hooks.variables.merging(release.map { ["release_id": .string($0)] } ?? [:]) { $1 }
        let loaded = try command.load(try SitePlaybook("rollback", context: context).path, variables: variables)
        let name = release.map { "rollback \($0)" } ?? "rollback"
        let identity = RunIdentity(name, environment: context.environment)
        let status = try await RolloutNotices.telling(loaded, of: identity, by: command) { notices in
            ExitStatus(of: try await command.run(loaded, of: identity, lock, also: notices))
        }
        try status.throwUnlessDone()
    }
}
