import ArgumentParser
import YAML

/// `intchainctl backup prune`: removes what newer verified sets supersede, by `playbooks/backup-prune.yml`.
struct BackupPrune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Remove backups that newer verified ones supersede.")

    @Flag(name: .customLong("dry-run"), help: "Remove nothing; tell what would go.")
    var dryRun = false

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    func run() async throws {
        let context = Context.live()
        let command = PlaybookCommand(context: context, flags: flags)
        let variables: [String: Value] = dryRun ? ["prune_flags": "--dry-run"] : [:]
        let loaded = try command.load(try SitePlaybook("backup-prune", context: context).path, variables: variables)
        let recap = dryRun ? try await command.run(loaded) : try await command.run(loaded, as: "backup prune", lock)
        try ExitStatus(of: recap).throwUnlessDone()
    }
}
