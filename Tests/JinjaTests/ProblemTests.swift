import Diagnostics
import Jinja
import OrderedCollections
import Testing
import YAML

@Suite struct ProblemTests {
    private func problem(_ template: String, _ variables: ValueMap = [:]) throws -> Problem? {
        do {
            let parsed = try Template(template, origin: TextOrigin(file: "nginx.conf.j2"))
            _ = try parsed.render(in: MapScope(variables: variables), environment: FolderEnvironment())
            return nil
        } catch let problem as Problem {
            return problem
        }
    }

    @Test func anUndefinedVariableSaysWhereAndWhatWasMeant() throws {
        let problem = try problem("server {\n  listen {{ prot }};\n}\n", ["port": 80])
        #expect(problem?.place == Place(file: "nginx.conf.j2", line: 2, column: 13))
        #expect(problem?.message == "variable 'prot' is undefined")
        #expect(problem?.hint == "did you mean 'port'?")
        #expect(problem?.line == "  listen {{ prot }};")
    }

    @Test func aMissingKeySuggestsTheNearestOne() throws {
        let problem = try problem("{{ db.hots }}", ["db": ["host": "a", "port": 1]])
        #expect(problem?.place?.column == 7)
        #expect(problem?.message == "the mapping has no key 'hots'")
        #expect(problem?.hint == "did you mean 'host'?")
    }

    @Test func anUnknownLookupIsFoundWhileParsing() throws {
        let problem = try problem("a\n{{ lookup('fiel', 'x') }}")
        #expect(problem?.place == Place(file: "nginx.conf.j2", line: 2, column: 11))
        #expect(problem?.hint == "did you mean 'file'?")
    }

    @Test func aSequenceThatCountsTooFarIsASentence() throws {
        let problem = try problem("{{ query('sequence', 'count=9223372036854775807 stride=2') }}")
        #expect(problem?.message.contains("counts too far") == true)
    }

    @Test func anUnknownFilterIsFoundWhileParsing() throws {
        let problem = try problem("a\n{{ x | defualt('') }}")
        #expect(problem?.place == Place(file: "nginx.conf.j2", line: 2, column: 8))
        #expect(problem?.hint == "did you mean 'default'?")
    }

    @Test(arguments: [
        "realpath", "to_datetime", "ansible.builtin.from_yaml_all", "expanduser", "expandvars", "fileglob",
    ])
    func aFilterOfAnsibleThatIsNotHereIsRefusedWhileParsing(_ name: String) throws {
        for text in ["a\n{{ x | \(name) }}", "a\n{{ x | map('\(name)') }}"] {
            let problem = #expect(throws: Problem.self) {
                try Template(text, origin: TextOrigin(file: "nginx.conf.j2"))
            }
            #expect(problem?.place?.line == 2)
            #expect(problem?.message == "filter '\(name)' is not supported")
            #expect(problem?.hint?.isEmpty == false)
        }
    }

    @Test(arguments: [
        "'99999999999999999999' | int", "'-99999999999999999999.5' | int", "1e30 | int",
        "'0x1ffffffffffffffffff' | int(base=16)",
    ])
    func anIntegerPast64BitsIsNeverZero(_ expression: String) throws {
        #expect(try problem("{{ \(expression) }}")?.message.contains("does not fit in 64 bits") == true)
    }

    @Test func anInlineIfWithoutElseIsNoValueToKeep() throws {
        let text = try TemplatedText("{{ 1 if false }}", origin: TextOrigin(file: "play.yml"))
        let problem = #expect(throws: Problem.self) {
            try text.evaluate(in: MapScope(), environment: FolderEnvironment())
        }
        #expect(problem?.hint == "say what it is then: … else ''")
    }

    @Test func anOpenBlockIsNamedWhereItBegins() throws {
        let problem = try problem("a\n{% if x %}\nb\n")
        #expect(problem?.place == Place(file: "nginx.conf.j2", line: 2, column: 4))
        #expect(problem?.message == "the 'if' block is never closed")
    }

    @Test func allMistakesOfATemplateAreToldWithWhatTheRestReads() throws {
        let (problems, references) = Template.mistakes(
            in: "a {{ x | uper }}\n{% if %}\n{{ y }}\n{% elif z is defned %}{% for a in b b %}\n"
                + "{{ a | lowr }}{{ 1 + }}\n",
            origin: TextOrigin(file: "t.j2"))
        #expect(problems.compactMap(\.place?.line) == [1, 2, 4, 4, 5, 5, 4])
        #expect(problems.last?.message == "the 'for' block is never closed")
        #expect(references.names.map(\.name) == ["y"])
    }

    @Test func behindABlockOutOfOrderOnlyWhatIsWrittenIsJudged() throws {
        let (problems, references) = Template.mistakes(
            in: "{{ a }}{% endif %}{{ b }}{{ c | uper }}", origin: TextOrigin(file: "t.j2"))
        #expect(problems.map(\.message) == ["'endif' without an open block", "there is no filter 'uper'"])
        #expect(references.names.map(\.name) == ["a"])
    }

    @Test func nowTellsWhatADateTimeTells() throws {
        let variables: ValueMap = [:]
        for (left, right) in [
            ("now().year", "now(fmt='%Y') | int"), ("now(utc=true).day", "now(utc=true, fmt='%d') | int"),
            ("now().strftime('%Y-%m')", "now(fmt='%Y-%m')"), ("now().date()", "now(fmt='%Y-%m-%d')"),
            ("now().isoformat()[:13]", "now(fmt='%Y-%m-%dT%H')"), ("(now() | string)[:13]", "now(fmt='%Y-%m-%d %H')"),
            ("(now().timestamp() > 1700000000)", "true"), ("now().weekday() + 1", "now().isoweekday()"),
        ] {
            let text = try TemplatedText("{{ \(left) == \(right) }}", origin: TextOrigin(file: "t"))
            let value = try text.evaluate(in: MapScope(variables: variables), environment: FolderEnvironment())
            #expect(value == .bool(true), "\(left)")
        }
        let problem = try problem("{{ now().yaer }}")
        #expect(problem?.message == "now() has no 'yaer'")
        #expect(problem?.hint == "did you mean 'year'?")
    }

    @Test func textInsideYAMLHasThePlaceInTheYAMLFile() throws {
        let node = try Node.parse("a:\n  b: 'x {{ nope }}'\n", file: "play.yml")?["a"]?["b"]
        let text = try #require(node)
        let templated = try TemplatedText(
            text.string ?? "", origin: TextOrigin(file: "play.yml", place: { text.place(atOffset: $0) }))
        let problem = #expect(throws: Problem.self) {
            try templated.evaluate(in: MapScope(), environment: FolderEnvironment())
        }
        #expect(problem?.place == Place(file: "play.yml", line: 2, column: 12))
    }

    @Test func aConditionThatIsNoBooleanNamesItsKind() throws {
        let condition = try Expression("groups.db", origin: TextOrigin(file: "play.yml"))
        let problem = #expect(throws: Problem.self) {
            try condition.condition(
                in: MapScope(variables: ["groups": ["db": ["db1"]]]), environment: FolderEnvironment())
        }
        #expect(problem?.message == "the condition is a list, not a boolean")
    }

    @Test(arguments: [
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ range(10 ** 9) }}",
        "{{ 'x' * 10 ** 12 }}",
        "{{ 2 ** 100 }}",
        "{{ 9223372036854775807 + 1 }}",
        "{% for i in range(100000) %}{{ 'x' * 1000 }}{% endfor %}",
        "{{ " + String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000) + " }}",
        "{{ " + String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000) + " }}",
        "{{ " + String(repeating: "-", count: 5000) + "1 }}",
        "{{ " + String(repeating: "not ", count: 5000) + "1 }}",
        "{{ 1" + String(repeating: " + 1", count: 5000) + " }}",
        String(repeating: "{% if true %}", count: 5000),
    ])
    func whatHasNoEndIsRefusedInsteadOfCrashing(_ template: String) throws {
        #expect(try problem(template) != nil)
    }
}
