import Testing
import YAML

@Suite(.enabled("PyYAML is not installed: run scripts/oracles") { await PyYAML.isAvailable() })
struct OracleTests {
    @Test func resolvesScalarsAsPyYAMLDoes() async throws {
        try await compare(Self.scalars.map { "- \($0)\n" })
    }

    @Test func resolvesMappingKeysAsPyYAMLDoes() async throws {
        try await compare(Self.scalars.filter { !$0.hasPrefix("!") && $0 != "=" }.map { "\($0): 1\n" })
    }

    @Test func composesDocumentsAsPyYAMLDoes() async throws {
        try await compare(Self.documents)
    }

    private func compare(_ documents: [String]) async throws {
        let expected = try await PyYAML.load(documents)
        #expect(expected.count == documents.count)
        for (document, answer) in zip(documents, expected) {
            #expect(canonical(document) == answer, "\(document)")
        }
    }

    private func canonical(_ document: String) -> String {
        do {
            return try Node.parse(document, file: "case.yml")?.value.canonical ?? "null"
        } catch {
            return "error"
        }
    }
}

extension OracleTests {
    static let scalars = [
        "", "~", "null", "Null", "NULL", "nULL", "none", "None", "yes", "Yes", "YES", "yEs", "no", "No", "NO", "on",
        "On", "ON", "off", "Off", "OFF", "oFF", "true", "True", "TRUE", "tRUE", "false", "False", "FALSE", "y", "n",
        "Y", "N", "t", "f", "0", "-0", "+0", "00", "1", "+1", "-1", "12_000", "_1", "1_", "1__0", "0644", "0755",
        "-0644", "0_644", "0o644", "08", "09", "0800", "010", "0x1F", "0X1F", "-0xff", "0x_1", "0xg", "0b1010", "-0b11",
        "0b12", "0b_1", "22:22", "1:2:3", "-1:30", "1:60", "01:30", "0:30", "10:59:59", "190:20:30", "1:30.5",
        "1:2:3.25",
        "-1:30.5", "1.0", "1.", ".5", "-.5", "+.5", "+1.5", "-1.5", "1.5.2", "1.10", "1e3", "1E3", "1.5e3", "1.5e+3",
        "1.5E-3", "1.e+2", "1.5e", "1.5e+", ".5e+1", "1_0.5_5", "._5", ".", "..", "-", "+", "--1", "1-2", ".inf",
        ".Inf",
        ".INF", "-.inf", "+.inf", ".iNF", "inf", ".nan", ".NaN", ".NAN", "-.nan", "nan", "2001-12-14",
        "2001-12-14 21:59:43.10 -5", "2001-12-14t21:59:43Z", "2001-1-4 1:59:43", "2001-1-4", "=", "12:30:45",
        "192.168.1.10", "1.2.3.4", "10.0.0.0/24",
        "v1.2.3", "8.0", "7", "1,000", "0.1", "100.0", "123456789012", "9223372036854775807", "-9223372036854775808",
        "3.141592653589793238", "1.7976931348623157e+308", "4.9e-324", "1_000_000.5", "'0644'", "\"0644\"", "'yes'",
        "!!str 0644", "!!str yes", "!!int '12'", "!!int \"0x1f\"", "!!int 1_2", "!!float 1", "!!float 1e3",
        "!!float '1.5'",
        "!!float .inf", "!!bool 'yes'", "!!bool ON", "!!bool maybe", "!!null ''", "!!null whatever", "!!int abc",
        "!!float abc", "!!binary aGVsbG8=", "! 12", "! '12'", "!!str", "!unknown x", "\"a\\tb\\u00e9\\x41\\n\"",
        "'it''s'",
        "é", "日本語", "a b c", "a#b", "a #b", "http://a.b/c:8080", "a:b", "-a", "- -1", "?a", ":a", "[]", "{}",
        "[1, yes, ~]",
        "{a: 1, b: [x]}", "\"\"", "''", "<", "==", "0.", "00.5", "1:30.", "685.230_15e+03", "0b", "0x", "1e-3",
    ]

    static let documents = [
        "", "---\n", "# only a comment\n", "--- text\n...\n", "a: 1\nb: 2\n", "- 1\n- [2, 3]\n- {x: y}\n",
        "base: &b {x: 1, y: 2}\nuse: *b\n", "base: &b {x: 1, y: 2}\nuse: {<<: *b, y: 3, z: 4}\n",
        "a: &a {x: 1, z: 0}\nb: &b {x: 2, y: 2}\nc:\n  <<: [*a, *b]\n  w: 5\n",
        "a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {y: 9, <<: *b}\n", "a: &a {x: 1}\nb: {\"<<\": *a}\n",
        "a: &a {x: 1}\nb: &b {x: 2}\nc:\n  <<: *a\n  <<: *b\n", "a: {<<: 5}\n", "a: {<<: [1]}\n",
        "l: |\n  one\n  two\n", "l: |-\n  one\n  two\n\n", "l: |+\n  one\n\n", "f: >\n  one\n  two\n\n  three\n",
        "f: >-\n  one\n    indented\n  two\n", "l: |2\n   one\n  two\n", "p: one\n  two\n  three\n",
        "q: \"one\n  two\\\n  three\"\n", "q: 'one\n\n  two'\n", "? a\n: b\n", "? [1, 2]\n: b\n", "{{ x }}: 1\n",
        "a: {{ x }}\n", "a: {{ x }} b\n", "a: b: c\n", "a:\n\tb: 1\n", "a: [1, 2\n", "a: 'x\n", "a: @x\n", "a: *none\n",
        "a: &x 1\nb: &x 2\nc: *x\n", "a: &x [*x]\n", "a: !vault |\n  12\n", "%YAML 1.1\n---\na: yes\n",
        "a: 1\n---\nb: 2\n", "a: \"\\q\"\n", "true: 1\n2: 2\n~: 3\n", "a: !!seq [1]\nb: !!map {x: 1}\n",
        "a: !!map [1]\n",
        "a: !!str\nb: !!int\n", "=: 1\n", "a: [a, b, {c: d}, [e]]\n", "a:\n- b\n- c\n", "a: \"x\ty\"\n",
        "[a, [b, [c]]]\n",
        "a: [x: 1, y]\n", "{a, b: }\n", "- - - x\n", "a: >\n\n\n  b\n", "a: |\n\n  b\n\n\n", "\u{FEFF}a: 1\n",
        "a: b\r\nc: d\r\n",
    ]
}
