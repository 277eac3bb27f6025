import Diagnostics
import OrderedCollections
import Testing
import YAML

@Suite struct JSONTests {
    private let sample: Value = ["b": [1, 2.5, true, .null], "a": ["x": "é\"\n\u{1}"], "c": [], "d": .map([:])]

    @Test func writesCompactText() {
        #expect(sample.json() == #"{"b":[1,2.5,true,null],"a":{"x":"é\"\n\u0001"},"c":[],"d":{}}"#)
    }

    @Test func writesSortedPrettyText() {
        let value: Value = ["b": 1, "a": [2]]
        #expect(value.json(pretty: true, sorted: true) == "{\n  \"a\": [\n    2\n  ],\n  \"b\": 1\n}")
    }

    @Test func readsWhatItWrote() throws {
        #expect(try Value(json: sample.json()) == sample)
        #expect(try Value(json: sample.json(pretty: true)) == sample)
    }

    @Test func readsEscapesAndNumbers() throws {
        #expect(
            try Value(json: #" ["\ud83d\ude00\/", -1, 1e3, 36893488147419103232] "#)
                == ["😀/", -1, 1000.0, .float(36_893_488_147_419_103_232)])
    }

    @Test(arguments: ["", "[1,]", "{\"a\" 1}", "{a: 1}", "[1", "\"x", "nul", "1 2", "\"\\q\"", "-", "\"\\u12\""])
    func refusesMalformedText(text: String) {
        #expect(throws: Problem.self) { try Value(json: text) }
    }

    @Test func placesTheMistake() {
        let problem = #expect(throws: Problem.self) { try Value(json: "{\n  \"a\": x\n}", file: "r.json") }
        #expect(problem?.place?.description == "r.json:2:8")
    }

    @Test func stopsAtDeepNesting() {
        #expect(throws: Problem.self) { try Value(json: String(repeating: "[", count: 100_000)) }
    }
}
