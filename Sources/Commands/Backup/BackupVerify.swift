import ArgumentParser
import YAML

/// `intchainctl backup verify [NAME]`: restores a set for a test, by `playbooks/backup-verify.yml`.
struct BackupVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Restore a backup into a scratch server and compare it with its manifest.")

    @Argument(help: "The backup's name, as 'intchainctl backup list' shows it; without it, the newest.")
    var name: String?

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    func run() async throws {
        let context = Context.live()
        let command = PlaybookCommand(context: context, flags: flags)
        let variables = name.map { ["backup_name": Value.string($0)] } ?? [:]
        let loaded = try command.load(try SitePlaybook("backup-verify", context: context).path, variables: variables)
        try ExitStatus(of: try await command.run(loaded, as: "backup verify", lock)).throwUnlessDone()
    }
}
