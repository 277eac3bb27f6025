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
        ("SELECT MAX(id) INTO @m FROM a", .session), ("select @a := 1", .session), ("DO @a := 1", .session),
        ("WITH x AS (SELECT 1) SELECT * INTO @m FROM x", .session), ("SELECT 1 INTO OUTFILE 'x'", .opaque),
        ("WITH x AS (SELECT 1) UPDATE a SET b = (@n := 1)", .rows),
    ])
    func aStatementsKindIsReadFromItsWords(sql: String, kind: StatementKind) throws {
        #expect(try statement(sql).kind == kind)
    }

    private func refusal(
        _ sql: String, phase: Migration.Phase = .expand, isOffline: Bool = false, isWidening: Bool = false
    ) throws -> String? {
        StatementRules(
            phase: phase, isOffline: isOffline, isWidening: isWidening, statements: try SQLStatement.split(sql)
        ).refusal?.reason
    }

    @Test(arguments: [
        "ALTER TABLE a ADD COLUMN b INT, ALGORITHM=INSTANT",
        "ALTER TABLE a ADD INDEX i (b), ALGORITHM=INPLACE, LOCK=NONE",
        "alter table a add index i (b), algorithm = inplace, lock = none",
        "CREATE INDEX i ON a (b) ALGORITHM=INPLACE LOCK=NONE", "CREATE TABLE a (id INT, dropped INT, `drop` INT)",
        "ALTER TABLE a ALTER COLUMN b DROP DEFAULT, ALGORITHM=INSTANT",
        "DROP VIEW v; CREATE VIEW v AS SELECT 1", "DROP PROCEDURE IF EXISTS p; CREATE PROCEDURE p() SELECT 1",
        "CREATE TABLE a (id INT); ALTER TABLE a MODIFY id BIGINT, ALGORITHM=INPLACE, LOCK=NONE; DROP TABLE a",
        "CREATE TABLE a (id INT); CREATE UNIQUE INDEX i ON a (id) ALGORITHM=INPLACE LOCK=NONE",
        "ALTER TABLE a ADD COLUMN b INT NOT NULL DEFAULT 0, ALGORITHM=INSTANT",
        "ALTER TABLE a ADD COLUMN b INT CHECK (b IS NOT NULL), ALGORITHM=INSTANT",
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
        ("ALTER TABLE a EXCHANGE PARTITION p WITH TABLE b", "EXCHANGE PARTITION"),
        ("ALTER TABLE a TRUNCATE PARTITION p", "TRUNCATE PARTITION"),
        ("DROP VIEW v", "DROP VIEW without creating it again"),
        ("CREATE VIEW v AS SELECT 1; DROP VIEW v", "DROP VIEW without creating it again"),
        ("DROP PROCEDURE p; CREATE FUNCTION p() RETURNS INT RETURN 1", "DROP PROCEDURE without creating it again"),
        ("CREATE TABLE IF NOT EXISTS a (id INT); DROP TABLE a", "DROP TABLE"),
        ("CREATE TABLE b (id INT); DROP TABLE a, b", "DROP TABLE"),
    ])
    func whatTakesAwayBelongsIntoAContractingFile(sql: String, words: String) throws {
        #expect(try refusal(sql, isOffline: true)?.hasPrefix("\(words) takes something away") == true)
        #expect(try refusal(sql, phase: .contract, isOffline: true) == nil)
    }

    @Test(arguments: [
        ("ALTER TABLE a MODIFY b INT NOT NULL, ALGORITHM=INPLACE, LOCK=NONE", "MODIFY"),
        ("ALTER TABLE a MODIFY b VARCHAR(3)", "MODIFY"), ("ALTER TABLE a CHANGE b b TINYINT", "CHANGE"),
        ("ALTER TABLE a CONVERT TO CHARACTER SET latin1", "CONVERT TO CHARACTER SET"),
        ("CREATE UNIQUE INDEX i ON a (b) ALGORITHM=INPLACE LOCK=NONE", "a new UNIQUE index"),
        ("ALTER TABLE a ADD c INT, ADD UNIQUE (b)", "a new UNIQUE index"),
        ("ALTER TABLE x.a ADD CONSTRAINT u UNIQUE (b)", "a new UNIQUE index"),
        ("ALTER TABLE a ADD PRIMARY KEY (b)", "a new PRIMARY KEY"),
        ("ALTER TABLE a ADD COLUMN b INT NOT NULL, ALGORITHM=INSTANT", "a new column that is NOT NULL"),
    ])
    func whatMayNarrowSaysWhyItDoesNot(sql: String, words: String) throws {
        #expect(try refusal(sql, isOffline: true)?.hasPrefix("\(words)") == true)
        #expect(try refusal(sql, isOffline: true)?.contains("may refuse what releases before this one write") == true)
        #expect(try refusal(sql, isOffline: true, isWidening: true) == nil)
        #expect(try refusal(sql, phase: .contract, isOffline: true) == nil)
    }

    @Test(arguments: [
        ("SET autocommit=0", "autocommit is not for migrations"),
        ("SET sql_mode = '', @@session.autocommit := OFF", "autocommit is not for migrations"),
        ("SET SESSION completion_type = 1", "completion_type is not for migrations"),
        ("CREATE TEMPORARY TABLE a (id INT)", "a TEMPORARY table is gone"),
        ("DROP TEMPORARY TABLE a", "a TEMPORARY table is gone"),
        ("PREPARE s FROM 'DROP TABLE a'", "PREPARE runs text"), ("EXECUTE s", "EXECUTE runs text"),
        ("CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.b = 1; END", "a body of several statements"),
        ("CREATE PROCEDURE p() IF 1 THEN SELECT 1; END IF", "a body of several statements"),
    ])
    func whatTheRunCanNotKeepTrackOfIsRefusedInEveryPhase(sql: String, reason: String) throws {
        for phase in [Migration.Phase.expand, .contract] {
            #expect(try refusal(sql, phase: phase, isOffline: true, isWidening: true)?.hasPrefix(reason) == true)
        }
    }

    @Test(arguments: ["SET @x = @@autocommit", "SET NAMES utf8mb4", "CREATE TABLE a (`begin` INT)"])
    func whatOnlyLooksLikeItIsTaken(sql: String) throws {
        #expect(try refusal(sql) == nil)
    }

    @Test(arguments: [
        "ALTER TABLE a ADD COLUMN b INT", "ALTER TABLE a ADD INDEX i (b), ALGORITHM=INPLACE",
        "ALTER TABLE a ADD INDEX i (b), ALGORITHM=INPLACE, LOCK=SHARED", "CREATE INDEX i ON a (b)",
        "ALTER TABLE a ADD b BIGINT, ALGORITHM=COPY",
    ])
    func whatMayLockATableHasToSaySo(sql: String) throws {
        #expect(try refusal(sql)?.hasPrefix("may lock the table") == true)
        #expect(try refusal(sql, isOffline: true) == nil)
    }

    @Test(arguments: ["START TRANSACTION", "COMMIT", "LOCK TABLES a WRITE", "USE other"])
    func transactionsAreNotForMigrations(sql: String) throws {
        #expect(try refusal(sql)?.contains("is not for migrations") == true)
    }

    @Test func aFileThatIsStillToBeAppliedIsRefusedWithTheLine() throws {
        let file = try Migration(file: "0001_b.sql", text: "-- phase: expand\nSELECT 1;\n\nALTER TABLE a ADD b INT;\n")
        let error = #expect(throws: MigrationError.self) { try MigrationPlan(files: [file], applied: []) }
        #expect(error?.description.hasPrefix("0001_b.sql:4: may lock the table") == true)
    }

    /// It must not be changed, so no rule that is newer may call for it.
    @Test func aFileThatWasAppliedIsNotRefused() throws {
        let file = try Migration(file: "0001_b.sql", text: "-- phase: expand\nDROP TABLE a;\n")
        let plan = try MigrationPlan(
            files: [file], applied: [AppliedMigration(version: 1, checksum: file.checksum)])
        #expect(plan.pending.isEmpty)
    }

    @Test func whyAFileWidensIsToBeSaid() throws {
        let text = "-- phase: expand\n-- offline: small\n-- widens: INT to BIGINT\nALTER TABLE a MODIFY b BIGINT;"
        #expect(try Migration(file: "0001_b.sql", text: text).refusal == nil)
        #expect(throws: MigrationError.badFile("0001_a.sql", "says '-- widens:' but not why")) {
            try Migration(file: "0001_a.sql", text: "-- phase: expand\n-- widens:\nA;")
        }
    }
}
