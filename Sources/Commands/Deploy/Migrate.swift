import ArgumentParser
import YAML

/// `intchainctl migrate`: applies the live release's migrations, by `playbooks/migrate.yml`.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Apply the live release's database migrations, once for the site.")

    @Flag(help: "Change nothing; print the SQL that would be run.")
    var plan = false

    @OptionGroup var migrations: MigrationFlags

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    func run() async throws {
        let context = Context.live()
        let command = PlaybookCommand(context: context, flags: flags)
        let variables = migrations.variables.merging(["migrate_plan": .bool(plan)]) { $1 }
        let loaded = try command.load(try SitePlaybook("migrate", context: context).path, variables: variables)
        try ExitStatus(of: try await command.run(loaded, as: "migrate", lock)).throwUnlessDone()
    }
}
