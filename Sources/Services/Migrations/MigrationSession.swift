import MariaDB

/// One connection to the primary, which holds the migration lock until it ends.
///
/// A connection that is lost takes the lock with it, and the next statement would open another: whoever meets such an
/// error must end the run.
struct MigrationSession: Sendable {
    typealias Query = @Sendable (_ sql: String, _ parameters: [MySQLValue]) async throws(MySQLError) -> MySQLResult

    let server: ServerAddress
    private let query: Query

    init(server: ServerAddress, query: @escaping Query) {
        self.server = server
        self.query = query
    }

    /// Connects to the server of the pair that takes writes.
    static func onPrimary(of settings: DatabaseSettings) async throws(MigrationError) -> MigrationSession {
        var login = settings.login
        // A change of a large table answers when it is done.
        login.transferSeconds = max(login.transferSeconds, 6 * 3600)
        var reasons: [String] = []
        for server in settings.hosts {
            let connection = MySQLConnection(login)
            switch await ServerRole.ofMySQL(connection, at: server) {
            case .writable: return MigrationSession(connection, to: server)
            case .readOnly: reasons.append("\(server) is read-only")
            case .unreachable(let reason): reasons.append(reason)
            }
        }
        throw .noPrimary(reasons)
    }

    private init(_ connection: MySQLConnection, to server: ServerAddress) {
        self.init(server: server) { sql, parameters async throws(MySQLError) in
            try await connection.run(sql, parameters, host: server.host, port: server.port)
        }
    }

    func run(_ sql: String, _ parameters: [MySQLValue] = []) async throws(MySQLError) -> MySQLResult {
        try await query(sql, parameters)
    }

    private static let lockName = "CONCAT('migrations.', LEFT(DATABASE(), 50))"

    /// Waits for the lock; the server gives it back when the connection ends, however it ends, and when the statement
    /// that it was running has ended too.
    func lock(patience: Duration) async throws(MigrationError) {
        let seconds = patience.components.seconds
        let got = try await asking { () throws(MySQLError) in
            try await run("SELECT GET_LOCK(\(Self.lockName), ?)", [.integer(seconds)])
        }
        guard got.scalar == "1" else {
            throw .locked(server: "\(server)", seconds: seconds, holder: await lockHolder())
        }
    }

    /// What the connection that has the lock is doing, as far as this account may see it.
    private func lockHolder() async -> String? {
        let rows = try? await run(
            """
            SELECT CONCAT('connection ', id, ' of ', user, '@', host, ', ', command, ' for ', time, ' s',
              COALESCE(CONCAT(': ', LEFT(info, 120)), ''))
            FROM performance_schema.processlist WHERE id = IS_USED_LOCK(\(Self.lockName))
            """)
        return rows?.scalar
    }

    /// How long statements wait for locks that others hold.
    func limitLockWait(_ limit: Duration) async throws(MySQLError) {
        let seconds = max(1, limit.components.seconds)
        _ = try await run("SET SESSION lock_wait_timeout = \(seconds), SESSION innodb_lock_wait_timeout = \(seconds)")
    }

    /// Who holds locks on tables of the database for a second and longer; nothing where this account may not see it.
    func blockers() async -> [String] {
        let rows = try? await run(
            """
            SELECT DISTINCT CONCAT('connection ', t.processlist_id, ' of ', t.processlist_user, '@',
              t.processlist_host, ' on ', m.object_name, ', ', t.processlist_command, ' for ', t.processlist_time, ' s')
            FROM performance_schema.metadata_locks m JOIN performance_schema.threads t ON t.thread_id = m.owner_thread_id
            WHERE m.object_type = 'TABLE' AND m.object_schema = DATABASE() AND m.lock_status = 'GRANTED'
              AND t.processlist_id <> CONNECTION_ID() AND t.processlist_time >= 1
            LIMIT 5
            """
        ).rows
        return (rows ?? []).compactMap { $0.first ?? nil }
    }

    func asking<Value: Sendable>(
        _ body: () async throws(MySQLError) -> Value
    ) async throws(MigrationError) -> Value {
        do throws(MySQLError) { return try await body() } catch { throw .database(error) }
    }
}
