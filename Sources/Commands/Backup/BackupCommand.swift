import ArgumentParser

/// `intchainctl backup …`: the database's backup sets.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Write, list, verify and remove backups of the database.",
        subcommands: [BackupCreate.self, BackupList.self, BackupVerify.self, BackupPrune.self],
        defaultSubcommand: BackupList.self)
}
