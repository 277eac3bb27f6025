import MariaDB

/// One connection to the primary, which holds the migration lock until it ends.
struct MigrationSession: Sendable {
    let server: ServerAddress
    private let connection: MySQLConnection
    private static let lockSeconds = 30

    /// Connects to the server of the pair that takes writes.
    static func onPrimary(of settings: DatabaseSettings) async throws(MigrationError) -> MigrationSession {
        var login = settings.login
        // A change of a large table answers when it is done.
        login.transferSeconds = max(login.transferSeconds, 6 * 3600)
        var reasons: [String] = []
        for server in settings.hosts {
            let session = MigrationSession(server: server, connection: MySQLConnection(login))
            switch await ServerRole.ofMySQL(session.connection, at: server) {
            case .writable: return session
            case .readOnly: reasons.append("\(server) is read-only")
            case .unreachable(let reason): reasons.append(reason)
            }
        }
        throw .noPrimary(reasons)
    }

    func run(_ sql: String, _ parameters: [MySQLValue] = []) async throws(MySQLError) -> MySQLResult {
        try await connection.run(sql, parameters, host: server.host, port: server.port)
    }

    /// Waits for the lock; the server gives it back when the connection ends, however it ends.
    func lock() async throws(MigrationError) {
        let got = try await asking { () throws(MySQLError) in
            try await run(
                "SELECT GET_LOCK(CONCAT('migrations.', LEFT(DATABASE(), 50)), ?)", [.integer(Int64(Self.lockSeconds))])
        }
        guard got.scalar == "1" else { throw .locked(server: "\(server)", seconds: Self.lockSeconds) }
    }

    func createRecord() async throws(MigrationError) {
        _ = try await asking { () throws(MySQLError) in
            try await run(
                """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                  version INT UNSIGNED NOT NULL PRIMARY KEY,
                  name VARCHAR(200) NOT NULL,
                  checksum CHAR(64) NOT NULL,
                  applied_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
                  execution_ms BIGINT UNSIGNED NOT NULL
                ) DEFAULT CHARSET = utf8mb4
                """)
        }
    }

    /// What the database has had; nothing when it has no record yet.
    func applied() async throws(MigrationError) -> [AppliedMigration] {
        let rows = try await asking { () throws(MySQLError) in
            do throws(MySQLError) {
                return try await run("SELECT version, checksum FROM schema_migrations ORDER BY version").rows
            } catch {
                guard error.code == 1146 else { throw error }
                return []
            }
        }
        return rows.compactMap { row in
            guard row.count == 2, let version = row[0].flatMap({ Int($0) }), let checksum = row[1] else { return nil }
            return AppliedMigration(version: version, checksum: checksum)
        }
    }

    private func asking<Value: Sendable>(
        _ body: () async throws(MySQLError) -> Value
    ) async throws(MigrationError) -> Value {
        do throws(MySQLError) { return try await body() } catch { throw .database(error) }
    }
}
