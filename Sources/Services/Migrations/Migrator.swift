import MariaDB

/// Brings the database of a pair up to a release's migrations, on its primary, under a lock.
package struct Migrator: Sendable {
    private let database: DatabaseSettings
    private let migrations: [Migration]
    /// Takes a line of JSON for each migration, and one for the end.
    private let report: @Sendable (String) -> Void

    package init(
        database: DatabaseSettings, migrations: [Migration], report: @escaping @Sendable (String) -> Void
    ) {
        self.database = database
        self.migrations = migrations
        self.report = report
    }

    /// Applies what is pending, in order; stops at the first failure. Throws `MigrationError`.
    package func apply() async throws(MigrationError) {
        let session = try await MigrationSession.onPrimary(of: database)
        try await session.lock()
        try await session.createRecord()
        let plan = try MigrationPlan(files: migrations, applied: try await session.applied())
        for migration in plan.pending { try await apply(migration, in: session) }
        let current = plan.pending.last?.version ?? plan.current
        report(#"{"applied":\#(plan.pending.count),"current":\#(quoted(current))}"#)
    }

    /// Says what `apply` would do; changes nothing and needs no lock.
    package func plan() async throws(MigrationError) {
        let session = try await MigrationSession.onPrimary(of: database)
        let plan = try MigrationPlan(files: migrations, applied: try await session.applied())
        for migration in plan.pending { report(line(for: migration, #""status":"pending""#)) }
        report(#"{"applied":0,"current":\#(quoted(plan.current)),"pending":\#(plan.pending.count)}"#)
    }

    private func apply(_ migration: Migration, in session: MigrationSession) async throws(MigrationError) {
        let start = ContinuousClock.now
        for (index, statement) in migration.statements.enumerated() {
            do {
                _ = try await session.run(statement.text)
            } catch {
                throw .failed(
                    file: migration.file, statement: index + 1, of: migration.statements.count, line: statement.line,
                    error)
            }
        }
        let milliseconds = (ContinuousClock.now - start).milliseconds
        try await record(migration, milliseconds, in: session)
        report(line(for: migration, #""status":"applied","milliseconds":\#(milliseconds)"#))
    }

    private func record(
        _ migration: Migration, _ milliseconds: Int64, in session: MigrationSession
    ) async throws(MigrationError) {
        do {
            _ = try await session.run(
                "INSERT INTO schema_migrations (version, name, checksum, execution_ms) VALUES (?, ?, ?, ?)",
                [
                    .integer(Int64(migration.version)), .text(migration.name), .text(migration.checksum),
                    .integer(milliseconds),
                ])
        } catch {
            throw .database(error)
        }
    }

    private func line(for migration: Migration, _ rest: String) -> String {
        let name = LogLine.quoted(migration.name)
        return #"{"version":"\#(migration.number)","name":\#(name),"phase":"\#(migration.phase.rawValue)",\#(rest)}"#
    }

    private func quoted(_ version: Int) -> String { version == 0 ? "null" : "\"\(Migration.number(version))\"" }
}
