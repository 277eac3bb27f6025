import ArgumentParser
import Glibc
import Services

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Apply the numbered SQL files that the database has not had, on the primary.",
        discussion: """
            Prints a line of JSON for each statement and file, and one at the end: {"applied":1,"level":1,…}.
            A deploy gives its wishes in the environment: INTCHAIN_MIGRATE_CONTRACT, INTCHAIN_MIGRATE_LIVE_LEVEL and \
            INTCHAIN_MIGRATE_RESOLVE stand for the options of these names.
            """)

    @Option(help: "File with the MySql section; its account may change tables.")
    var config = "/app/intchain/shared/migrate.json"

    @Option(help: "Folder of files like 0001_name.sql.")
    var directory = "migrations"

    @Flag(help: "Only print what would be applied.")
    var plan = false

    @Option(help: "What becomes of files that take something away: refuse, hold or allow.")
    var contract: ContractPolicy?

    @Option(help: "The last migration that the live release brings, or 'none' when nothing is live.")
    var liveLevel: LiveLevel?

    @Option(
        help: "What an interrupted statement did: 0005.2=done, or 0005.2=repeat when it took no effect.")
    var resolve: [Resolution] = []

    @Option(help: "Seconds to wait for another migration's end.")
    var patience: Int = 30

    @Option(help: "Seconds that a statement may wait for a lock, three times.")
    var lockWait: Int = 5

    func validate() throws {
        guard (0...86_400).contains(patience) else { throw ValidationError("--patience must be 0 to 86400") }
        guard (1...3600).contains(lockWait) else { throw ValidationError("--lock-wait must be 1 to 3600") }
    }

    func run() async throws {
        let settings = try SettingsFile.load(MigrationSettings.self, from: config)
        let migrations = try MigrationDirectory.load(directory)
        let migrator = Migrator(database: settings.mySQL, migrations: migrations, options: try options()) { report in
            LineOutput.standardOutput.write(report.line + "\n")
        }
        if plan { try await migrator.plan() } else { try await migrator.apply() }
    }

    private func options() throws -> MigrationOptions {
        var options = MigrationOptions()
        let policy: ContractPolicy? = try contract ?? environment("CONTRACT")
        options.contract = policy ?? .refuse
        let level: LiveLevel? = try liveLevel ?? environment("LIVE_LEVEL")
        options.liveLevel = level?.number
        options.patience = .seconds(patience)
        options.lockWait = .seconds(lockWait)
        for resolution in try resolve + (environment("RESOLVE").map { [$0] } ?? []) {
            options.resolutions[resolution.id] = resolution.isDone
        }
        return options
    }

    private func environment<Value: ExpressibleByArgument>(_ name: String) throws -> Value? {
        guard let text = getenv("INTCHAIN_MIGRATE_\(name)").map({ String(cString: $0) }), !text.isEmpty else {
            return nil
        }
        guard let value = Value(argument: text) else {
            throw ValidationError("INTCHAIN_MIGRATE_\(name) is '\(text)', which the option of this name would not take")
        }
        return value
    }
}

extension ContractPolicy: ExpressibleByArgument {}

/// A number, or `none` when no release is live that could miss anything.
struct LiveLevel: ExpressibleByArgument {
    let number: Int

    init?(argument: String) {
        guard argument != "none" else {
            number = .max
            return
        }
        guard let number = Int(argument), number >= 0 else { return nil }
        self.number = number
    }
}

/// `0005.2=done` or `0005.2=repeat`.
struct Resolution: ExpressibleByArgument {
    let id: StatementID
    let isDone: Bool

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let id = StatementID(parts[0]), ["done", "repeat"].contains(parts[1]) else {
            return nil
        }
        self.id = id
        isDone = parts[1] == "done"
    }
}
