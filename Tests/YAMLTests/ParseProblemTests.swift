import Diagnostics
import Testing
import YAML

@Suite struct ParseProblemTests {
    private func problems(_ text: String, limits: ParseLimits = .default) -> [Problem] {
        do {
            _ = try Node.parseAll(text, file: "site.yml", limits: limits)
            return []
        } catch {
            return error.all
        }
    }

    @Test func namesBothPlacesOfADuplicateKey() {
        let found = problems("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n")
        #expect(found.map(\.place?.description) == ["site.yml:4:3", "site.yml:5:1"])
        #expect(found.first?.message == "duplicate key 'c', first written at site.yml:3:3")
        #expect(found.first?.line == "  c: 2")
    }

    @Test(arguments: [
        ("path: {{ base }}/x\n", "quote the value"), ("path: {{ base }}\n", "quote the value"),
        ("msg: error: disk full\n", "can't contain ': '"), ("a:\n\tb: 1\n", "indent with spaces"),
        ("a: @home\n", "quote the value"), ("a: [1, 2\nb: 3\n", "comma"), ("a: \"\\d\"\n", "single quotes"),
        ("a: 1\n  b: 2\n", "indent this line"), ("a:\n  - b\n c: 1\n", "indentation"), ("a: *.log\n", "alias"),
        ("a: 'x\n", "close the quote"), ("a:b\nc: 1\n", "space after the colon"), ("a: %x\n", "quote the value"),
    ])
    func hintsAtTheUsualSlips(text: String, hint: String) throws {
        let problem = try #require(problems(text).first)
        #expect(problem.hint?.contains(hint) == true, "\(problem)")
        #expect(problem.place?.file == "site.yml")
        #expect(problem.line != nil)
    }

    @Test func refusesVaultByName() throws {
        let problem = try #require(problems("password: !vault |\n  $ANSIBLE_VAULT;1.1\n").first)
        #expect(problem.message == "!vault values are not supported")
    }

    @Test func refusesAnIntegerBeyond64Bits() throws {
        #expect(problems("id: 12345678901234567890\n").first?.message.contains("64 bits") == true)
    }

    @Test(arguments: [
        "2020-01-02T10:00:00Z", "2001-12-14t21:59:43.10-05:00", "2020-01-02 10:00:00", "2001-12-14 21:59:43.10 -5",
        "2020-1-2 1:00:00", "=",
    ])
    func refusesWhatPythonWouldPrintInAnotherForm(_ text: String) {
        let found = problems("at: \(text)\n")
        #expect(found.map(\.place?.description) == ["site.yml:1:5"])
        #expect(found.first?.hint?.hasPrefix("quote it: '") == true)
        #expect(problems("at: '\(text)'\n").isEmpty)
    }

    @Test func whatAProgramPrintsMayHaveTimesInIt() throws {
        let text = "created: 2026-01-02T10:00:00Z\nsign: =\n"
        #expect(
            try Node.parse(text, file: "f", limits: .lenient)?.value == [
                "created": "2026-01-02T10:00:00Z", "sign": "=",
            ])
        #expect(throws: Problem.self) { try Node.parse(text, file: "f") }
    }

    @Test(arguments: ["2020-01-02", "2020-01-02x", "2020-01-02 10:00", "1.2.3-4 10:00:00", "2020-01-02: x", "=: x"])
    func takesWhatOnlyLooksLikeATime(_ text: String) {
        #expect(problems(text.contains(": ") ? text + "\n" : "at: \(text)\n").isEmpty)
    }

    @Test func refusesASecondDocument() {
        #expect(problems("a: 1\n---\nb: 2\n").first?.place?.line == 2)
    }

    @Test func suggestsTheNearestAnchor() {
        #expect(problems("a: &base 1\nb: *bsae\n").first?.hint == "did you mean 'base'?")
    }

    @Test func stopsAnAliasBomb() {
        let rows = (1...12).map {
            "l\($0): &l\($0) [\(Array(repeating: "*l\($0 - 1)", count: 9).joined(separator: ", "))]"
        }
        let found = problems("l0: &l0 x\n" + rows.joined(separator: "\n") + "\n")
        #expect(found.first?.message == "the document has more than 1000000 nodes")
    }

    @Test func stopsAtTheDepthLimitAlsoThroughAliases() {
        let deep = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
        #expect(problems(deep).first?.message == "the document is nested more than 64 levels deep")
        let half = String(repeating: "[", count: 40)
        let close = String(repeating: "]", count: 40)
        #expect(problems("a: &a \(half)\(close)\nb: \(half)*a\(close)\n").first?.message.contains("64 levels") == true)
        #expect(problems("a: \(half)\(close)\n").isEmpty)
    }

    @Test func stopsAtTheSizeLimit() {
        let limits = ParseLimits(bytes: 10)
        #expect(problems("a: 1234567890\n", limits: limits).first?.message.contains("the limit is 10") == true)
    }

    @Test func placesAControlCharacter() {
        #expect(problems("a: 1\nb: \u{1}\n").first?.place == Place(file: "site.yml", line: 2, column: 4))
    }
}
