import ArgumentParser
import Playbooks
import YAML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `intchainctl deploy DIR`: rolls a release over the app servers, by `playbooks/deploy.yml`.
struct Deploy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Roll a release over the app servers, one at a time, without a failed request.")

    @Argument(
        help: "The release: a folder, as scripts/package-release makes it, or a file of 'release pack'.",
        completion: .file())
    var release: String?

    @Flag(
        name: .customLong("catch-up"),
        help: "Bring servers that missed a rollout to the live release, and back into Nginx.")
    var catchUp = false

    @OptionGroup var lost: LostHostFlags

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    @OptionGroup var migrations: MigrationFlags

    @OptionGroup var hooks: HookFlags

    @OptionGroup var pace: PaceFlags

    @Flag(name: [.customShort("C"), .long], help: "Change nothing; tell what would change.")
    var check = false

    @Flag(name: [.customShort("D"), .long], help: "Show the differences of files.")
    var diff = false

    func validate() throws {
        guard release != nil || catchUp else {
            throw ValidationError("name the release: a folder, or a file of 'release pack'")
        }
    }

    func run() async throws {
        let context = Context.live()
        try pace.check(context.prompt)
        let source =
            catchUp ? try await LiveSource(release, context, flags) : try LiveSource(folder: release ?? "", context)
        let command = PlaybookCommand(context: context, flags: flags, check: check, diff: diff)
        var variables = migrations.variables.merging(hooks.variables) { $1 }.merging(pace.variables) { $1 }
        if catchUp { variables["rollout_catches_up"] = true }
        var loaded = try command.load(
            try SitePlaybook(source.playbook, context: context).path,
            variables: variables.merging(lost.variables) { $1 }.merging(source.variables) { $1 })
        loaded.options.skipsUnreachable = lost.skipUnreachable
        let name = catchUp ? "deploy --catch-up" : "deploy \(release ?? "")"
        var rollout = Rollout(command: command, kind: "deploy", name: name, lock: lock)
        rollout.source = source.path
        rollout.give(variables)
        try await rollout.run(loaded)
    }
}
