import ArgumentParser
import OrderedCollections
import Playbooks
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

    @OptionGroup var pace: PaceFlags

    @OptionGroup var lost: LostHostFlags

    func run() async throws {
        let context = Context.live()
        try pace.check(context.prompt)
        let command = PlaybookCommand(context: context, flags: flags)
        let own = hooks.variables.merging(pace.variables) { $1 }
        let variables = own.merging(release.map { ["release_id": .string($0)] } ?? [:]) { $1 }
        var loaded = try command.load(
            try SitePlaybook("rollback", context: context).path, variables: variables.merging(lost.variables) { $1 })
        loaded.options.skipsUnreachable = lost.skipUnreachable
        let name = release.map { "rollback \($0)" } ?? "rollback"
        var rollout = Rollout(command: command, kind: "rollback", name: name, lock: lock)
        rollout.variables["rollout_leaves_bad"] = .bool(release == nil)
        rollout.give(own)
        rollout.release = release
        try await rollout.run(loaded)
    }
}
