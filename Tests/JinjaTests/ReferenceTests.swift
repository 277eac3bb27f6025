import Diagnostics
import Jinja
import Testing

@Suite struct ReferenceTests {
    private func references(_ template: String) throws -> [String] {
        try Template(template, origin: TextOrigin(file: "t.j2")).references.names.map {
            "\($0.name)\($0.isGuarded ? "?" : "")@\($0.place.line):\($0.place.column)"
        }
    }

    @Test func namesThatTheTemplateBindsAreNoReferences() throws {
        #expect(try references("{% for h in hosts %}{{ h }}{{ loop.index }}{% endfor %}") == ["hosts@1:13"])
        #expect(try references("{% set x = y %}{{ x }}") == ["y@1:12"])
        #expect(
            try references("{% macro m(a) %}{{ a }}{{ b }}{{ varargs }}{% endmacro %}{{ m(c) }}") == [
                "b@1:27", "c@1:63",
            ])
        #expect(try references("{{ range(3) }}{{ lookup('env', home) }}{{ omit }}") == ["home@1:32"])
        #expect(try references("{% import 'm.j2' as m %}{{ m.x(y) }}") == ["y@1:32"])
    }

    @Test func keysOfAnsiblesOwnMappingsAreMembers() throws {
        let template = try Template(
            "{{ groups['web'] }}{{ groups.db }}{{ groups.get('x') }}{{ groups[name] }}{{ own.web }}"
                + "{% if 'a' in groups %}{{ groups.a }}{% endif %}", origin: TextOrigin(file: "t.j2"))
        let members = template.references.names.filter { !$0.isGuarded }.compactMap(\.member)
        #expect(members.map(\.name) == ["web", "db"])
        #expect(members.map(\.place.column) == [11, 30])
    }

    @Test func filesAreListedWithTheNamesThatTheySee() throws {
        let files = try Template(
            "{% for h in hosts %}{% include 'a.j2' %}{% endfor %}{% include ['b.j2', c] ignore missing %}"
                + "{% import 'd.j2' as d %}{{ lookup('file', 'e' ~ f) }}", origin: TextOrigin(file: "t.j2")
        ).references.files
        #expect(files.map(\.names) == [["a.j2"], ["b.j2", "{{ c }}"], ["d.j2"], ["e{{ f }}"]])
        #expect(files.map(\.kind) == [.included, .included, .apart, .lookup("file")])
        #expect(files.map(\.mayBeMissing) == [false, true, false, false])
        #expect(files[0].bound.contains("h"))
        #expect(!files[1].bound.contains("h"))
    }

    @Test func whatIsAskedForFirstIsGuarded() throws {
        #expect(try references("{{ a | default(b) }}") == ["b@1:16", "a?@1:4"])
        #expect(
            try references("{% if a is defined %}{{ a.b }}{{ c }}{% endif %}{{ a }}") == [
                "a?@1:7", "a?@1:25", "c@1:34", "a@1:52",
            ])
        #expect(try references("{{ a.x is defined and a.x > b }}") == ["a?@1:4", "a?@1:23", "b@1:29"])
        #expect(try references("{{ a if a is defined else b }}") == ["a?@1:9", "a?@1:4", "b@1:27"])
        #expect(try references("{% if not (a | d(false)) %}{% else %}{{ a }}{% endif %}") == ["a?@1:12", "a?@1:41"])
    }
}
