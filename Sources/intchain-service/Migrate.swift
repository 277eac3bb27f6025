import ArgumentParser
import Services

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Apply the numbered SQL files that the database has not had, on the primary.",
        discussion: "Prints a line of JSON for each file and one at the end: {\"applied\":1,\"current\":\"0001\"}.")

    @Option(help: "File with the MySql section; its account may change tables.")
    var config = "/app/intchain/shared/migrate.json"

    @Option(help: "Folder of files like 0001_name.sql.")
    var directory = "migrations"

    @Flag(help: "Only print what would be applied.")
    var plan = false

    func run() async throws {
        let settings = try SettingsFile.load(MigrationSettings.self, from: config)
        let migrations = try MigrationDirectory.load(directory)
        let migrator = Migrator(database: settings.mySQL, migrations: migrations) { line in
            LineOutput.standardOutput.write(line + "\n")
        }
        if plan { try await migrator.plan() } else { try await migrator.apply() }
    }
}
