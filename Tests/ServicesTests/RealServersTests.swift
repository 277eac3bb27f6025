import Glibc
import Logging
import MariaDB
import ServiceLifecycle
import Testing

@testable import Services

/// Names a configuration whose MySQL account may create tables, and whose servers may be written to.
private let testServers = getenv("INTCHAIN_TEST_SERVERS").map { String(cString: $0) }

@Suite(
    .enabled(
        if: testServers != nil,
        "needs real MySQL and Redis: set INTCHAIN_TEST_SERVERS to a configuration whose servers may be written to"),
    .serialized)
struct RealServersTests {
    private let settings: Settings
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        settings = try SettingsFile.load(Settings.self, from: testServers)
    }

    /// Runs a body while monitors watch both pairs.
    private func watching(
        _ body: @Sendable @escaping (WritableDatabase, RedisClient) async throws -> Void
    ) async throws {
        let mySQL = ServerPair(kind: "MySQL", addresses: settings.mySQL.hosts)
        let redis = RedisClient(settings.redis)
        let database = WritableDatabase(
            pair: mySQL, statements: ConnectionPool(settings.mySQL.login, count: 2), deadline: .seconds(5))
        let monitors: [any Service] =
            settings.mySQL.monitors(of: mySQL, logger: logger) + redis.monitors(logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for monitor in monitors { group.addTask { try await monitor.run() } }
            try await body(database, redis)
            group.cancelAll()
        }
        await redis.close()
    }

    private func fresh() throws -> ProbeID {
        try #require(ProbeID("test-\(UInt64.random(in: .min ... .max))"))
    }

    @Test func migrationsRunOnceAndProbesAreKept() async throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let migrator = Migrator(
            database: settings.mySQL, migrations: try MigrationDirectory.load("/\(root)/migrations"), report: { _ in })
        try await migrator.apply()
        try await migrator.apply()
        let id = try fresh()
        try await watching { database, redis in
            try await expectOnce(id, in: MySQLProbes(database, of: .user))
            try await expectOnce(id, in: RedisProbes(redis, of: .user))
        }
    }

    private func expectOnce(_ id: ProbeID, in store: some ProbeStore) async throws {
        #expect(try await store.find(id) == nil)
        #expect(try await store.insert(id))
        #expect(try await !store.insert(id))
        #expect(try await store.find(id) != nil)
    }

    @Test func everyKindOfValueComesBack() async throws {
        try await watching { database, _ in
            let result = try await database.read(
                "SELECT ? AS number, ? AS text, ? AS nothing, REPEAT('彩', 3000) AS long_text, 1.5 AS fraction",
                [.integer(-42), .text("it's; \"彩票\" \\ 🎟"), .null])
            #expect(result.columns == ["number", "text", "nothing", "long_text", "fraction"])
            #expect(
                result.rows == [["-42", "it's; \"彩票\" \\ 🎟", nil, String(repeating: "彩", count: 3000), "1.5"]])
        }
    }

    @Test func aMistakeInAStatementIsTheServersError() async throws {
        try await watching { database, _ in
            let error = await #expect(throws: MySQLError.self) { try await database.read("SELEC ?", [.integer(1)]) }
            #expect(error?.code == 1064)
            #expect(error?.phase == .prepare)
        }
    }

    @Test func aWrongPasswordIsRefusedWithoutPrintingIt() async throws {
        var login = settings.mySQL.login
        login.password = "wrong-word"
        let host = try #require(settings.mySQL.hosts.first)
        let connection = MySQLConnection(login)
        let error = await #expect(throws: MySQLError.self) {
            try await connection.run("SELECT 1", host: host.host, port: host.port)
        }
        #expect(error?.code == 1045)
        #expect(error?.description.contains("wrong-word") == false)
    }
}
