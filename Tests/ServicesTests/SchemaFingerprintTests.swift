import MariaDB
import Testing

@testable import Services

@Suite struct SchemaFingerprintTests {
    /// A table with one column for each name; a trigger where one is named.
    private func schema(_ tables: [String: [String]], trigger: (name: String, table: String)? = nil) -> Schema {
        var parts: [Schema.Part] = []
        for (table, columns) in tables.sorted(by: { $0.key < $1.key }) {
            parts.append(.init(owners: ["table:\(table)"], name: "table:\(table)", definition: table))
            for column in columns {
                parts.append(
                    .init(
                        owners: ["table:\(table)"], name: "column:\(table).\(column)", definition: "\(table).\(column)")
                )
            }
        }
        if let trigger {
            let name = "trigger:\(trigger.name)"
            parts.append(.init(owners: [name, "table:\(trigger.table)"], name: name, definition: name))
        }
        return Schema(parts: parts)
    }

    private func effect(_ sql: String) throws -> DefinitionEffect {
        let statement = try #require(try SQLStatement.split(sql).first)
        return try #require(DefinitionEffect(statement.words))
    }

    private func judged(_ sql: String, _ before: Schema, _ now: Schema) throws -> InterruptedStatement {
        let effect = try effect(sql)
        return .judged(effect, noted: SchemaFingerprint(before, of: effect).text, now: now)
    }

    @Test func aNoteOfItFitsItsColumnAndIsReadAgain() throws {
        let fingerprint = SchemaFingerprint(schema(["a": ["id"]]), of: try effect("DROP TABLE a"))
        #expect(fingerprint.text.count <= 64)
        #expect(SchemaFingerprint(noted: fingerprint.text) == fingerprint)
        #expect(SchemaFingerprint(noted: String(repeating: "0", count: 64)) == nil)
    }

    @Test func whatAStatementNamesIsKeptApartFromAllOthers() throws {
        let effect = try effect("ALTER TABLE a ADD b INT")
        let before = SchemaFingerprint(schema(["a": ["id"], "z": []]), of: effect)
        let changed = SchemaFingerprint(schema(["a": ["id", "b"], "z": []]), of: effect)
        let other = SchemaFingerprint(schema(["a": ["id"], "z": [], "scratch": []]), of: effect)
        #expect(changed.named != before.named && changed.others == before.others)
        #expect(other.named == before.named && other.others != before.others)
        let triggered = SchemaFingerprint(schema(["a": ["id"], "z": []], trigger: ("t", "a")), of: effect)
        #expect(triggered.named != before.named && triggered.others == before.others)
    }

    @Test func whatMySQLSaysIsRead() async throws {
        let answer: @Sendable (String) async throws(MySQLError) -> MySQLResult = { sql in
            guard sql.contains("information_schema.triggers") else { return MySQLResult() }
            #expect(sql.contains("trigger_schema = DATABASE()"))
            return MySQLResult(rows: [["trigger:T", "table:A", "trigger:T", "INSERT", nil, ""]])
        }
        let parts = try await Schema.read(answer).parts
        #expect(parts.map(\.owners) == [["trigger:t", "table:a"]])
        #expect(parts.map(\.name) == ["trigger:t"])
        #expect(parts.map(\.definition) == ["=trigger:T\u{1f}=INSERT\u{1f}-\u{1f}="])
    }

    @Test(arguments: [
        ("ALTER TABLE a ADD b INT", ["a": ["id", "b"]]), ("CREATE TABLE b (id INT)", ["a": ["id"], "b": ["id"]]),
        ("DROP TABLE a", [:]), ("DROP TABLE IF EXISTS a", [:]), ("ALTER TABLE a RENAME COLUMN id TO no", ["a": ["no"]]),
        ("RENAME TABLE a TO b", ["b": ["id"]]),
    ])
    func whatIsThereAfterwardsTookEffect(sql: String, now: [String: [String]]) throws {
        #expect(try judged(sql, schema(["a": ["id"]]), schema(now)) == .tookEffect)
        #expect(try judged(sql, schema(["a": ["id"]]), schema(["a": ["id"]])) == .hadNoEffect)
    }

    /// As when somebody makes a scratch table between the cut and the next run.
    @Test(arguments: ["ALTER TABLE a ADD b INT", "ALTER TABLE a MODIFY id BIGINT", "DROP TABLE a"])
    func whenOtherDefinitionsWereChangedTooAPersonIsAsked(sql: String) throws {
        let verdict = try judged(sql, schema(["a": ["id"]]), schema(["a": ["id"], "scratch": ["id"]]))
        #expect(verdict == .unclear("definitions that it doesn't name were changed since"))
    }

    @Test func whenWhatItNamesWasChangedOtherwiseAPersonIsAsked() throws {
        let foreign = schema(["a": ["id", "other"]])
        for sql in ["ALTER TABLE a ADD b INT", "ALTER TABLE a MODIFY id BIGINT", "DROP TABLE a"] {
            let verdict = try judged(sql, schema(["a": ["id"]]), foreign)
            #expect(verdict == .unclear("what it names was changed since, and not clearly by it"))
        }
    }

    @Test func whatAnOlderProgramNotedIsAskedAbout() throws {
        let verdict = InterruptedStatement.judged(
            try effect("DROP TABLE a"), noted: String(repeating: "0", count: 64), now: schema([:]))
        #expect(verdict == .unclear("what was there before was not noted"))
    }

    @Test func whatMayBeRepeatedIsWhateverElseWasChanged() throws {
        let sql = "CREATE TABLE IF NOT EXISTS b (id INT)"
        #expect(try judged(sql, schema([:]), schema(["b": ["id"], "scratch": []])) == .isRepeated)
    }
}
