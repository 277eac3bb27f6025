import Testing

@testable import Services

@Suite struct SQLStatementTests {
    private func texts(_ sql: String) throws -> [String] {
        try SQLStatement.split(sql).map(\.text)
    }

    @Test func semicolonsSeparate() throws {
        #expect(try texts("A;\nB ;;  ; C") == ["A", "B ", "C"])
        #expect(try texts("") == [])
        #expect(try texts(" ; \n") == [])
    }

    @Test(arguments: [
        "SELECT 'a;b'", "SELECT \"a;b\"", "SELECT `a;b`", "SELECT 'it''s;'", #"SELECT 'it\';s'"#, #"SELECT '\\'"#,
        "SELECT `a``;b`", "SELECT 1 /* ; ' */ + 1", "SELECT 1 -- ; '\n + 1", "SELECT 1 # ; '\n + 1", "SELECT 5--5",
        "SELECT '🎟;彩票'", "SELECT '-- ;'",
    ]) func aSemicolonInsideDoesNot(sql: String) throws {
        #expect(try texts(sql + "; B") == [sql, "B"])
    }

    @Test func commentsBetweenStatementsAreDropped() throws {
        #expect(try texts("-- a; b\n# c\n/* d; */ A; -- end") == ["A"])
        #expect(try texts("-- only") == [])
    }

    @Test func aCommentThatMySQLRunsIsAStatement() throws {
        #expect(try texts("/*!80000 SET a = 1 */; B") == ["/*!80000 SET a = 1 */", "B"])
    }

    @Test func aHintBelongsToTheStatementThatItStandsIn() throws {
        #expect(try texts("/*+ MAX_EXECUTION_TIME(9) */; A /*+ x */ B") == ["A /*+ x */ B"])
    }

    @Test func aStatementKnowsItsLine() throws {
        #expect(try SQLStatement.split("-- x\n\nA\n  b;\n\nC").map(\.line) == [3, 6])
    }

    @Test(arguments: [
        ("A;\n'open", 2, "a quote is opened and not closed"), ("\n/* open", 2, "a comment is opened and not closed"),
        ("DELIMITER //\n", 1, "DELIMITER is a command of the mysql program, not SQL; it is not supported"),
    ]) func whatDoesNotEndIsRefusedWithItsLine(sql: String, line: Int, reason: String) {
        #expect(throws: SQLStatement.SplitError(line: line, reason: reason)) { try SQLStatement.split(sql) }
    }
}
