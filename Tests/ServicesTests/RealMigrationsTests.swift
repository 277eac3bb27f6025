import Glibc
import MariaDB
import Testing

@testable import Services

extension RealServersTests {
    /// Migrations on a real server, in a database of their own.
    @Suite struct Migrations {
        private let connection: MySQLConnection
        private let server: ServerAddress
        private let settings: DatabaseSettings

        init() async throws {
            let path = getenv("INTCHAIN_TEST_SERVERS").map { String(cString: $0) }
            var settings = try SettingsFile.load(Settings.self, from: path).mySQL
            server = try #require(settings.hosts.first)
            settings.login.transferSeconds = 60
            let name = "\(settings.login.database ?? "intchain")_migrations"
            let maker = MySQLConnection(settings.login)
            for sql in ["DROP DATABASE IF EXISTS \(name)", "CREATE DATABASE \(name)"] {
                _ = try await maker.run(sql, host: server.host, port: server.port)
            }
            settings.login.database = name
            self.settings = settings
            connection = MySQLConnection(settings.login)
        }

        @discardableResult
        private func sql(_ text: String) async throws -> MySQLResult {
            try await connection.run(text, host: server.host, port: server.port)
        }

        private func migrate(_ text: String, resolving: [StatementID: Bool] = [:]) async throws {
            var options = MigrationOptions()
            (options.lockWait, options.pause, options.tries) = (.seconds(1), .zero, 2)
            options.resolutions = resolving
            let file = try Migration(
                file: "0001_a.sql", text: "-- phase: contract\n-- offline: a test\n\(text)")
            try await Migrator(database: settings, migrations: [file], options: options, report: { _ in }).apply()
        }

        /// As a run leaves it that was killed when the last statement of the file had ended, and before that was noted.
        private func forgetLastNote(_ statement: Int) async throws {
            try await sql("DELETE FROM schema_migrations")
            try await sql("UPDATE schema_migration_steps SET state = 'begun' WHERE statement = \(statement)")
        }

        private func failure(of text: String) async -> MigrationError? {
            await #expect(throws: MigrationError.self) { try await migrate(text) }
        }

        private func isAsked(_ text: String) async -> Bool {
            await failure(of: text)?.description.contains("--resolve 0001.2=done") == true
        }

        private static let table = "CREATE TABLE a (id INT PRIMARY KEY, b INT);"

        @Test(arguments: [
            "ALTER TABLE a ADD c INT, ADD UNIQUE KEY i (c);",
            "CREATE TABLE c (id INT, FOREIGN KEY (id) REFERENCES a (id));",
            "CREATE INDEX i ON a (b);", "ALTER TABLE a RENAME COLUMN b TO c;", "RENAME TABLE a TO c;",
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1;", "CREATE VIEW v AS SELECT * FROM a;",
            "CREATE PROCEDURE p() SELECT 1;", "ALTER TABLE a DROP PRIMARY KEY;", "DROP TABLE a;",
            "ALTER TABLE a ADD CONSTRAINT k CHECK (b > 0);", "CREATE TABLE c AS SELECT * FROM a;",
        ])
        func whatTookEffectIsFoundOut(change: String) async throws {
            let text = "\(Self.table)\n\(change)"
            try await migrate(text)
            try await forgetLastNote(2)
            try await migrate(text)
            try await forgetLastNote(2)
            try await sql("CREATE TABLE scratch (id INT)")
            #expect(await isAsked(text))
            try await migrate(text, resolving: [StatementID(version: 1, statement: 2): true])
        }

        @Test(arguments: ["ALTER TABLE a MODIFY b BIGINT NOT NULL;", "RENAME TABLE a TO x, x TO a;"])
        func whatCanNotBeFoundOutIsAskedAbout(change: String) async throws {
            let text = "\(Self.table)\n\(change)"
            try await migrate(text)
            try await forgetLastNote(2)
            #expect(await isAsked(text))
        }

        @Test func whatHadNoEffectIsRunAgain() async throws {
            let text = "\(Self.table)\nALTER TABLE a ADD c INT;"
            try await migrate(text)
            try await forgetLastNote(2)
            try await sql("ALTER TABLE a DROP c")
            try await migrate(text)
            #expect(try await sql("SHOW COLUMNS FROM a").rows.count == 3)
        }

        /// Somebody reads the notes with a lock while a table is changed.
        @Test func aLockOnTheNotesDoesNotMakeAFailureOfWhatTookEffect() async throws {
            let text = "\(Self.table)\nCREATE TABLE c AS SELECT SLEEP(2) AS slept;"
            async let failure = failure(of: text)
            try await Task.sleep(for: .seconds(1))
            try await sql("START TRANSACTION")
            try await sql("SELECT * FROM schema_migration_steps FOR UPDATE")
            let error = await failure
            #expect(error?.description.contains("took effect, but that could not be noted") == true)
            try await sql("ROLLBACK")
            try await migrate(text)
            #expect(try await sql("SELECT COUNT(*) FROM c").scalar == "1")
        }
    }
}
