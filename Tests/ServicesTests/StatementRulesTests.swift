import Testing

@testable import Services

@Suite struct StatementRulesTests {
    private func statement(_ sql: String) throws -> SQLStatement {
        try #require(try SQLStatement.split(sql).first)
    }

    @Test(arguments: [
        ("INSERT INTO a VALUES (1)", StatementKind.rows), ("with x as (select 1) delete from a", .rows),
        ("CREATE TABLE a (id INT)", .definition), ("create or replace view v as select 1", .definition),
        ("ALTER TABLE a ADD b INT", .definition), ("DROP INDEX i ON a", .definition),
        ("RENAME TABLE a TO b", .definition),
        ("CREATE TEMPORARY TABLE a (id INT)", .opaque), ("CREATE USER u", .opaque), ("GRANT SELECT ON a TO u", .opaque),
        ("CALL fill()", .opaque), ("TRUNCATE TABLE a", .opaque), ("SET SESSION sql_mode = ''", .session),
        ("SELECT 1", .repeatable), ("ANALYZE TABLE a", .repeatable), ("COMMIT", .control),
        ("LOCK TABLES a WRITE", .control),
        ("/*!50100 ALTER TABLE a ADD b INT */", .definition),
    ])
    func aStatementsKindIsReadFromItsWords(sql: String, kind: StatementKind) throws {
        #expect(try statement(sql).kind == kind)
    }

    private func refusal(_ sql: String, phase: Migration.Phase = .expand, isOffline: Bool = false) throws -> String? {
        StatementRules(phase: phase, isOffline: isOffline).refusal(of: try statement(sql))
    }

    @Test(arguments: [
        "ALTER TABLE a ADD COLUMN b INT, ALGORITHM=INSTANT",
        "ALTER TABLE a ADD INDEX i (b), ALGORITHM=INPLACE, LOCK=NONE",
        "alter table a add index i (b), algorithm = inplace, lock = none",
        "CREATE INDEX i ON a (b) ALGORITHM=INPLACE LOCK=NONE", "CREATE TABLE a (id INT, dropped INT, `drop` INT)",
        "ALTER TABLE a CHANGE b b BIGINT, ALGORITHM=INPLACE, LOCK=NONE",
        "ALTER TABLE a ALTER COLUMN b DROP DEFAULT, ALGORITHM=INSTANT", "DROP VIEW v",
        "ALTER TABLE a RENAME INDEX i TO j, ALGORITHM=INPLACE, LOCK=NONE",
        "INSERT INTO a VALUES ('DROP COLUMN x; ALTER TABLE')", "UPDATE a SET b = 1 -- DROP COLUMN",
    ])
    func whatOnlyAddsAndStaysOnlineIsTaken(sql: String) throws {
        #expect(try refusal(sql) == nil)
    }

    @Test(arguments: [
        ("DROP TABLE a", "DROP TABLE"), ("ALTER TABLE a DROP COLUMN b, ALGORITHM=INSTANT", "DROP COLUMN"),
        ("ALTER TABLE a DROP b, ALGORITHM=INSTANT", "DROP B"), ("RENAME TABLE a TO b", "RENAME TABLE"),
        ("ALTER TABLE a RENAME COLUMN b TO c, ALGORITHM=INSTANT", "RENAME"), ("TRUNCATE TABLE a", "TRUNCATE"),
        ("ALTER TABLE a CHANGE COLUMN b c INT, ALGORITHM=INPLACE, LOCK=NONE", "CHANGE to another name"),
    ])
    func whatTakesAwayBelongsIntoAContractingFile(sql: String, words: String) throws {
        #expect(try refusal(sql)?.hasPrefix("\(words) takes something away") == true)
        #expect(try refusal(sql, phase: .contract) == nil)
    }

    @Test(arguments: [
        "ALTER TABLE a ADD COLUMN b INT", "ALTER TABLE a ADD INDEX i (b), ALGORITHM=INPLACE",
        "ALTER TABLE a ADD INDEX i (b), ALGORITHM=INPLACE, LOCK=SHARED", "CREATE UNIQUE INDEX i ON a (b)",
        "ALTER TABLE a MODIFY b BIGINT, ALGORITHM=COPY",
    ])
    func whatMayLockATableHasToSaySo(sql: String) throws {
        #expect(try refusal(sql)?.hasPrefix("may lock the table") == true)
        #expect(try refusal(sql, isOffline: true) == nil)
    }

    @Test(arguments: ["START TRANSACTION", "COMMIT", "LOCK TABLES a WRITE", "USE other"])
    func transactionsAreNotForMigrations(sql: String) throws {
        #expect(try refusal(sql)?.contains("is not for migrations") == true)
    }

    @Test func aRefusalNamesTheLine() {
        let error = #expect(throws: MigrationError.self) {
            try Migration(file: "0002_b.sql", text: "-- phase: expand\nSELECT 1;\n\nALTER TABLE a ADD b INT;\n")
        }
        #expect(error?.description.hasPrefix("0002_b.sql:4: may lock the table") == true)
    }
}
