import MariaDB
import Synchronization
import Testing

@testable import Services

/// Answers each statement with the next outcome of its server's list; at the end of the list it succeeds.
private final class ScriptedServers: StatementRunner {
    private let outcomes: Mutex<[ServerAddress: [MySQLError]]>
    private let asked = Mutex<[ServerAddress]>([])

    init(_ outcomes: [ServerAddress: [MySQLError]]) { self.outcomes = Mutex(outcomes) }

    var servers: [ServerAddress] { asked.withLock { $0 } }

    func run(
        _ sql: String, _ parameters: [MySQLValue], on server: ServerAddress
    ) async throws(MySQLError) -> MySQLResult {
        asked.withLock { $0.append(server) }
        let error = outcomes.withLock { outcomes -> MySQLError? in
            guard outcomes[server]?.isEmpty == false else { return nil }
            return outcomes[server]?.removeFirst()
        }
        if let error { throw error }
        return MySQLResult(affectedRows: 1)
    }
}

@Suite struct WritableDatabaseTests {
    private let first = ServerAddress(host: "db1", port: 3306)
    private let second = ServerAddress(host: "db2", port: 3306)
    private let pair: ServerPair

    init() { pair = ServerPair(kind: "MySQL", addresses: [first, second], patience: .seconds(3600)) }

    private func error(_ code: UInt32, _ phase: MySQLError.Phase) -> MySQLError {
        MySQLError(code: code, message: "…", phase: phase, server: "db1:3306")
    }

    private func database(_ servers: ScriptedServers, deadline: Duration = .seconds(600)) -> WritableDatabase {
        WritableDatabase(pair: pair, statements: servers, deadline: deadline)
    }

    private func report(_ firstRole: ServerRole, _ secondRole: ServerRole) async {
        await pair.report(firstRole, of: first)
        await pair.report(secondRole, of: second)
    }

    @Test func statementsGoToTheWritableServer() async throws {
        await report(.readOnly, .writable)
        let servers = ScriptedServers([:])
        _ = try await database(servers).write("INSERT", [])
        #expect(servers.servers == [second])
    }

    @Test(
        arguments: [(1290, MySQLError.Phase.execute), (2013, .prepare), (2002, .connect)]
            as [(UInt32, MySQLError.Phase)])
    func aWriteThatTookNoEffectMovesToTheOtherServer(code: UInt32, phase: MySQLError.Phase) async throws {
        await report(.writable, .writable)
        let servers = ScriptedServers([first: [error(code, phase)]])
        _ = try await database(servers).write("INSERT", [])
        #expect(servers.servers == [first, second])
        #expect(await pair.writableNow == second)
    }

    @Test func aWriteThatMayHaveTakenEffectIsNotRepeated() async {
        await report(.writable, .writable)
        let servers = ScriptedServers([first: [error(2013, .execute)]])
        await #expect(throws: DatabaseUnavailable.indeterminate(error(2013, .execute))) {
            try await database(servers).write("INSERT", [])
        }
        #expect(servers.servers == [first])
        #expect(await pair.writableNow == second)
    }

    @Test func aReadIsRepeated() async throws {
        await report(.writable, .writable)
        let servers = ScriptedServers([first: [error(2013, .execute)]])
        _ = try await database(servers).read("SELECT", [])
        #expect(servers.servers == [first, second])
    }

    @Test func aMistakeOfTheStatementIsItsOwn() async {
        await report(.writable, .readOnly)
        let servers = ScriptedServers([first: [error(1062, .execute)]])
        await #expect(throws: error(1062, .execute)) { try await database(servers).write("INSERT", []) }
        #expect(await pair.writableNow == first)
    }

    @Test func withoutAWritableServerTheDeadlineEndsTheSearch() async {
        await report(.readOnly, .unreachable("refused"))
        let error = await #expect(throws: NoWritableServer.self) {
            try await database(ScriptedServers([:]), deadline: .milliseconds(120)).write("INSERT", [])
        }
        #expect(error?.description == "no writable MySQL: db1:3306 is read-only, db2:3306 is unreachable")
    }

    @Test func aRequestWaitsForAPromotion() async throws {
        await report(.readOnly, .readOnly)
        let servers = ScriptedServers([:])
        async let written = database(servers).write("INSERT", [])
        try await Task.sleep(for: .milliseconds(60))
        await pair.report(.writable, of: second)
        #expect(try await written.affectedRows == 1)
        #expect(servers.servers == [second])
    }

    @Test func theServerInUseStaysInUseWhileItIsWritable() async {
        await report(.readOnly, .writable)
        #expect(await pair.writableNow == second)
        await pair.report(.writable, of: first)
        #expect(await pair.writableNow == second)
    }

    @Test func anOldReportDoesNotCount() async {
        let pair = ServerPair(kind: "MySQL", addresses: [first], patience: .zero)
        await pair.report(.writable, of: first)
        #expect(await pair.writableNow == nil)
    }

    @Test func aRoleIsNewsOnce() async {
        #expect(await pair.report(.writable, of: first))
        #expect(await !pair.report(.writable, of: first))
        await pair.distrust(first)
        #expect(await !pair.report(.writable, of: first))
        #expect(await pair.report(.unreachable("a"), of: first))
        #expect(await !pair.report(.unreachable("b"), of: first))
    }

    @Test func aDistrustedServerIsAskedAtOnce() async throws {
        let bell = try #require(pair.bell(of: first))
        await pair.distrust(first)
        await pair.distrust(first)
        var rings = bell.rings.makeAsyncIterator()
        #expect(await rings.next() != nil)
    }
}
