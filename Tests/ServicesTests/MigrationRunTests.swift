import MariaDB
import Testing

@testable import Services

@Suite struct MigrationRunTests {
    /// Answers with nothing, remembers what it was asked, and fails where it is told to.
    private actor Database {
        private(set) var statements: [String] = []
        private var faults: [(part: String, code: UInt32, times: Int)]

        init(_ faults: [(part: String, code: UInt32, times: Int)]) { self.faults = faults }

        func run(_ sql: String, _ parameters: [MySQLValue]) throws(MySQLError) -> MySQLResult {
            guard !sql.contains("information_schema") else { return MySQLResult() }
            let words = parameters.compactMap { if case .text(let text) = $0 { text } else { nil } }
            let text = ([sql.split(separator: "\n").joined()] + words).joined(separator: " ")
            statements.append(text)
            for (index, fault) in faults.enumerated() where fault.times > 0 && text.contains(fault.part) {
                faults[index].times -= 1
                throw MySQLError(code: fault.code, message: "no", phase: .execute, server: "db")
            }
            return MySQLResult()
        }

        func count(_ part: String) -> Int { statements.count { $0.contains(part) } }
    }

    private static let note = "SET state = ?"

    private func apply(
        _ sql: String, on database: Database, steps: [MigrationStep.State] = [], resolving: [StatementID: Bool] = [:]
    ) async throws(MigrationError) {
        let file = try Migration(file: "0001_a.sql", text: "-- phase: contract\n-- offline: test\n\(sql)")
        let noted = zip(1..., zip(file.statements, steps)).map { number, step in
            MigrationStep(
                id: StatementID(version: 1, statement: number), checksum: step.0.checksum, state: step.1)
        }
        var options = MigrationOptions()
        options.pause = .zero
        options.resolutions = resolving
        let session = MigrationSession(server: ServerAddress(host: "db", port: 3306)) {
            sql, parameters async throws(MySQLError) in
            try await database.run(sql, parameters)
        }
        let plan = try MigrationPlan(files: [file], applied: [], steps: noted)
        var run = MigrationRun(session: session, plan: plan, options: options) { _ in }
        try await run.apply()
    }

    @Test func aLockOnTheNoteDoesNotRepeatTheStatement() async throws {
        let database = Database([(Self.note, 1205, 2)])
        try await apply("ALTER TABLE a ADD b INT;", on: database)
        #expect(await database.count("ALTER TABLE a") == 1)
        #expect(await database.count(Self.note) == 3)
        #expect(await database.count("INSERT INTO schema_migrations ") == 1)
    }

    @Test func aNoteThatCanNotBeWrittenIsToldAndNotTakenForAFailure() async throws {
        let database = Database([(Self.note, 1205, 9)])
        let error = await #expect(throws: MigrationError.self) {
            try await apply("ALTER TABLE a ADD b INT;", on: database)
        }
        guard case .unnoted(let position, _, let progress) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(position.statement == 1 && progress.done == 1 && progress.undone == 2)
        #expect(await database.count("failed") == 0)
        #expect(await database.count("ALTER TABLE a") == 1)
        #expect(error?.description.contains("took effect, but that could not be noted") == true)
    }

    @Test func rowsAreChangedAgainWithTheirNote() async throws {
        let database = Database([(Self.note, 1205, 1)])
        try await apply("INSERT INTO a VALUES (1);", on: database)
        #expect(await database.count("INSERT INTO a") == 2)
        #expect(await database.count("ROLLBACK") == 1)
    }

    /// A procedure may have done half of its work before it met the lock.
    @Test func aCallIsNotRepeatedForALock() async throws {
        let database = Database([("CALL", 1205, 1)])
        let error = await #expect(throws: MigrationError.self) { try await apply("CALL fill();", on: database) }
        #expect(error?.description.contains("goes on at 0001.1, or behind it with --resolve 0001.1=done") == true)
        #expect(await database.count("CALL") == 1)
    }

    @Test func aPersonsWordHelpsForAStatementThatIsNotedAsFailed() async throws {
        let id = StatementID(version: 1, statement: 1)
        let resolved = Database([])
        try await apply(
            "ALTER TABLE a ADD b INT; DROP TABLE c;", on: resolved, steps: [.failed], resolving: [id: true])
        #expect(await resolved.count("ALTER TABLE a") == 0)
        #expect(await resolved.count("DROP TABLE c") == 1)
        let again = Database([])
        try await apply("ALTER TABLE a ADD b INT;", on: again, steps: [.failed])
        #expect(await again.count("ALTER TABLE a") == 1)
    }

    @Test func whatCanNotBeToldIsAskedAboutAndTheAnswerIsFollowed() async throws {
        let id = StatementID(version: 1, statement: 1)
        let sql = "RENAME TABLE a TO c, b TO a, c TO b;"
        let asked = Database([])
        let error = await #expect(throws: MigrationError.self) { try await apply(sql, on: asked, steps: [.begun]) }
        #expect(error?.description.contains("--resolve 0001.1=done") == true)
        #expect(await asked.count("RENAME TABLE") == 0)
        for (isDone, times) in [(true, 0), (false, 1)] {
            let answered = Database([])
            try await apply(sql, on: answered, steps: [.begun], resolving: [id: isDone])
            #expect(await answered.count("RENAME TABLE") == times)
        }
    }

    @Test func variablesAreSetAgainByARunThatGoesOn() async throws {
        let database = Database([])
        try await apply(
            "SELECT MAX(id) INTO @v FROM a; SELECT @w := 1; SELECT 1; INSERT INTO b VALUES (@v);", on: database,
            steps: [.done, .done, .done])
        #expect(await database.count("INTO @v") == 1)
        #expect(await database.count("@w") == 1)
        #expect(await database.count("SELECT 1") == 0)
    }
}
