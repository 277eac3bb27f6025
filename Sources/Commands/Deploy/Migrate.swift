import ArgumentParser

/// `intchainctl migrate`: applies the live release's migrations, by `playbooks/migrate.yml`.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Apply the live release's database migrations, once for the site.")

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    func run() async throws {
        let context = Context.live()
        let command = PlaybookCommand(context: context, flags: flags)
        let loaded = try command.load(try SitePlaybook("migrate", context: context).path)
        try ExitStatus(of: try await command.run(loaded, as: "migrate", lock)).throwUnlessDone()
    }
}
