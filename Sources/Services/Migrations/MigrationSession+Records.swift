import MariaDB

/// The two tables in which the database keeps what became of its migrations.
extension MigrationSession {
    func createRecords() async throws(MigrationError) {
        try await asking { () throws(MySQLError) in
            _ = try await run(
                """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                  version INT UNSIGNED NOT NULL PRIMARY KEY,
                  name VARCHAR(200) NOT NULL,
                  checksum CHAR(64) NOT NULL,
                  applied_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
                  execution_ms BIGINT UNSIGNED NOT NULL,
                  phase ENUM('expand', 'contract') NOT NULL DEFAULT 'expand'
                ) DEFAULT CHARSET = utf8mb4
                """)
            // Written by a program that did not note the phase.
            if try await !hasPhase() {
                _ = try await run(
                    """
                    ALTER TABLE schema_migrations
                      ADD COLUMN phase ENUM('expand', 'contract') NOT NULL DEFAULT 'expand', ALGORITHM=INSTANT
                    """)
            }
            _ = try await run(
                """
                CREATE TABLE IF NOT EXISTS schema_migration_steps (
                  version INT UNSIGNED NOT NULL,
                  statement INT UNSIGNED NOT NULL,
                  checksum CHAR(64) NOT NULL,
                  state ENUM('begun', 'done', 'failed') NOT NULL,
                  schema_before CHAR(64) NULL,
                  begun_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
                  ended_at TIMESTAMP(3) NULL,
                  note VARCHAR(500) NULL,
                  PRIMARY KEY (version, statement)
                ) DEFAULT CHARSET = utf8mb4
                """)
        }
    }

    private func hasPhase() async throws(MySQLError) -> Bool {
        try await run(
            """
            SELECT COUNT(*) FROM information_schema.columns
            WHERE table_schema = DATABASE() AND table_name = 'schema_migrations' AND column_name = 'phase'
            """
        ).scalar != "0"
    }

    /// What the database has had; nothing when it has no record yet.
    func applied() async throws(MigrationError) -> [AppliedMigration] {
        let phase = try await asking { () throws(MySQLError) in try await hasPhase() ? "phase" : "'expand'" }
        return try await records("SELECT version, checksum, \(phase) FROM schema_migrations ORDER BY version")
            .compactMap { row in
                guard row.count == 3, let version = row[0].flatMap({ Int($0) }), let checksum = row[1] else {
                    return nil
                }
                return AppliedMigration(
                    version: version, checksum: checksum, phase: row[2].flatMap(Migration.Phase.init) ?? .expand)
            }
    }

    /// What it has noted of single statements.
    func steps() async throws(MigrationError) -> [MigrationStep] {
        try await records(
            "SELECT version, statement, checksum, state, schema_before FROM schema_migration_steps ORDER BY 1, 2"
        ).compactMap { row in
            guard row.count == 5, let version = row[0].flatMap({ Int($0) }),
                let statement = row[1].flatMap({ Int($0) }),
                let checksum = row[2], let state = row[3].flatMap(MigrationStep.State.init)
            else { return nil }
            return MigrationStep(
                id: StatementID(version: version, statement: statement), checksum: checksum, state: state,
                schemaBefore: row[4])
        }
    }

    private func records(_ query: String) async throws(MigrationError) -> [[String?]] {
        try await asking { () throws(MySQLError) in
            do throws(MySQLError) {
                return try await run(query).rows
            } catch {
                // There is no such table yet.
                guard error.code == 1146 else { throw error }
                return []
            }
        }
    }

    /// Notes that a statement is run next.
    func begin(_ position: MigrationPosition, schema: String?) async throws(MySQLError) {
        _ = try await run(
            """
            INSERT INTO schema_migration_steps (version, statement, checksum, state, schema_before)
            VALUES (?, ?, ?, 'begun', ?) AS new
            ON DUPLICATE KEY UPDATE checksum = new.checksum, state = 'begun', schema_before = new.schema_before,
              begun_at = CURRENT_TIMESTAMP(3), ended_at = NULL, note = NULL
            """,
            [
                .integer(Int64(position.id.version)), .integer(Int64(position.statement)),
                .text(position.sql.checksum), schema.map { .text($0) } ?? .null,
            ])
    }

    /// Notes how it ended.
    func end(_ id: StatementID, _ state: MigrationStep.State, note: String? = nil) async throws(MySQLError) {
        _ = try await run(
            """
            UPDATE schema_migration_steps SET state = ?, ended_at = CURRENT_TIMESTAMP(3), note = ?
            WHERE version = ? AND statement = ?
            """,
            [
                .text(state.rawValue), note.map { .text(String($0.prefix(500))) } ?? .null,
                .integer(Int64(id.version)), .integer(Int64(id.statement)),
            ])
    }

    func record(_ migration: Migration, _ milliseconds: Int64) async throws(MigrationError) {
        try await asking { () throws(MySQLError) in
            _ = try await run(
                """
                INSERT INTO schema_migrations (version, name, checksum, execution_ms, phase) VALUES (?, ?, ?, ?, ?)
                """,
                [
                    .integer(Int64(migration.version)), .text(migration.name), .text(migration.checksum),
                    .integer(milliseconds), .text(migration.phase.rawValue),
                ])
        }
    }
}
