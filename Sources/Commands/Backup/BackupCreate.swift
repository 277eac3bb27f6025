import ArgumentParser

/// `intchainctl backup create`: a backup set now, by `playbooks/backup-create.yml`.
struct BackupCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Write a backup now, on the replica, and copy it to the other backup hosts.")

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    func run() async throws {
        let context = Context.live()
        let command = PlaybookCommand(context: context, flags: flags)
        let loaded = try command.load(try SitePlaybook("backup-create", context: context).path)
        try ExitStatus(of: try await command.run(loaded, as: "backup create", lock)).throwUnlessDone()
    }
}
