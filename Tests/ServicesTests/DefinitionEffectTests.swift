import Testing

@testable import Services

@Suite struct DefinitionEffectTests {
    private func effect(_ sql: String) throws -> DefinitionEffect? {
        DefinitionEffect(try #require(try SQLStatement.split(sql).first).words)
    }

    @Test(arguments: [
        ("CREATE TABLE `Some` (id INT)", ["table:some"]), ("DROP TABLE IF EXISTS a, b", ["table:a", "table:b"]),
        ("create definer = 'u'@'h' sql security invoker view v as select 1", ["table:v"]),
        ("CREATE DEFINER=CURRENT_USER() TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET @x = 1", ["trigger:t"]),
        ("CREATE UNIQUE INDEX i USING BTREE ON a (b)", ["table:a"]), ("DROP INDEX i ON a", ["table:a"]),
        ("ALTER TABLE a ADD b INT, ALGORITHM=INSTANT", ["table:a"]),
        ("ALTER TABLE a RENAME TO b", ["table:a", "table:b"]), ("RENAME TABLE a TO b", ["table:a", "table:b"]),
        ("DROP PROCEDURE p", ["procedure:p"]), ("ALTER FUNCTION f COMMENT 'x'", ["function:f"]),
    ])
    func aStatementNamesWhatItMayChange(sql: String, names: [String]) throws {
        #expect(try effect(sql)?.names == Set(names))
    }

    @Test(arguments: [
        ("CREATE TABLE a (id INT)", ["table:a"], [String]()), ("DROP VIEW v", [], ["table:v"]),
        ("CREATE INDEX i ON a (b)", ["index:a.i"], []),
        (
            "ALTER TABLE a ADD b DECIMAL(3,1), ADD UNIQUE KEY i (b, c), DROP COLUMN c",
            ["column:a.b", "index:a.i"], ["column:a.c"]
        ),
        (
            "ALTER TABLE a ADD CONSTRAINT k CHECK (b > 0), DROP FOREIGN KEY f, DROP PRIMARY KEY",
            ["constraint:a.k"], ["constraint:a.f", "index:a.primary"]
        ),
        ("ALTER TABLE a CHANGE COLUMN b c INT", ["column:a.c"], ["column:a.b"]),
        ("ALTER TABLE a RENAME INDEX i TO j", ["index:a.j"], ["index:a.i"]),
        ("ALTER TABLE a MODIFY b INT", [], []), ("ALTER TABLE a ADD INDEX (b)", [], []),
    ])
    func whatItAddsAndTakesShowsThatItTookEffect(sql: String, appearing: [String], vanishing: [String]) throws {
        let effect = try #require(try effect(sql))
        #expect(effect.appearing == Set(appearing) && effect.vanishing == Set(vanishing), "\(effect)")
    }

    @Test(arguments: [
        "ALTER TABLE a EXCHANGE PARTITION p WITH TABLE b", "ALTER TABLE a TRUNCATE PARTITION p",
        "ALTER TABLE a DISCARD TABLESPACE", "RENAME TABLE a TO c, b TO a, c TO b",
        "ALTER TABLE a RENAME COLUMN b TO c, RENAME COLUMN c TO b", "ALTER TABLE a CHANGE b c INT, CHANGE c b INT",
        "ALTER TABLE a DROP b, ADD b INT", "CREATE TABLE other.a (id INT)", "DROP TABLE `other`.`a`",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DROP TABLE a", "CREATE USER u",
        "ALTER DATABASE CHARACTER SET latin1",
        "CREATE FUNCTION f RETURNS STRING SONAME 'f.so'", "CREATE TABLE \"a\" (id INT)",
    ])
    func whatDefinitionsDoNotShowIsNotReadFromThem(sql: String) throws {
        #expect(try effect(sql) == nil)
        #expect(try #require(try SQLStatement.split(sql).first).kind == .opaque)
    }

    @Test func whatASecondTimeChangesNothingMoreIsKnown() throws {
        #expect(try effect("CREATE TABLE IF NOT EXISTS a (id INT)")?.isRepeatable == true)
        #expect(try effect("CREATE OR REPLACE VIEW v AS SELECT 1")?.isRepeatable == true)
        #expect(try effect("CREATE TABLE a (id INT)")?.isRepeatable == false)
        #expect(try effect("DROP TABLE IF EXISTS a")?.isRepeatable == false)
    }
}
