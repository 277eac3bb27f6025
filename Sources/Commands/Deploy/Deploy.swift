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

    @Argument(help: "The release's folder, as scripts/package-release makes it.", completion: .directory)
    var release: String

    @OptionGroup var inventory: InventoryOption
    @OptionGroup var connection: ConnectionFlags
    @OptionGroup var flags: PlaybookFlags
    @OptionGroup var output: OutputFlags

    @Flag(name: [.customShort("C"), .long], help: "Change nothing; tell what would change.")
    var check = false

    @Flag(name: [.customShort("D"), .long], help: "Show the differences of files.")
    var diff = false

    func run() async throws {
        let context = Context.live()
        guard !context.files.list(release).isEmpty else {
            throw CommandFailure(
                "there is no release in '\(release)'", hint: "make one with scripts/package-release", status: .usage)
        }
        let folder = ProjectPath.join(FileManager.default.currentDirectoryPath, release)
        let command = PlaybookCommand(
            context: context, inventory: inventory, connection: connection, playbookFlags: flags, output: output,
            check: check, diff: diff)
        let loaded = try command.load(
            try SitePlaybook("deploy", context: context).path, variables: ["release_src": .string(folder)])
        try RolloutOutcome(try await command.run(loaded)).status.throwUnlessDone()
    }
}

/// A rollout's exit code: 6 when a failed release was taken back everywhere, 7 when that failed too.
struct RolloutOutcome {
    let status: ExitStatus

    init(_ recap: Recap) {
        let isRescued = recap.hosts.contains { $0.rescued > 0 }
        let plain = ExitStatus(of: recap)
        status = plain == .hostFailed && isRescued ? .rolledBack : plain
    }
}
