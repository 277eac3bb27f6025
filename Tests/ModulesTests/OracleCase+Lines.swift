import OrderedCollections
import YAML

extension OracleCase {
    static let lines: [OracleCase] = [
        line(["line": "a"], in: "b"),
        line(["line": "a"], in: "b\\n"),
        line(["line": "a"], in: "a\\nb\\n"),
        line(["line": "a"], in: ""),
        line(["line": "a", "regexp": "^b"], in: "b1\\nb2\\nc\\n"),
        line(["line": "a", "regexp": "^b", "firstmatch": true], in: "b1\\nb2\\nc\\n"),
        line(["line": "a", "regexp": "^b"], in: "c\\na\\n"),
        line(["line": "a", "regexp": "^zz", "insertafter": "^c"], in: "c\\nd\\nc\\ne\\n"),
        line(["line": "a", "regexp": "^zz", "insertafter": "^c", "firstmatch": true], in: "c\\nd\\nc\\ne\\n"),
        line(["line": "a", "insertafter": "^c"], in: "x\\nc\\n"),
        line(["line": "a", "insertafter": "^nothing"], in: "x\\nc\\n"),
        line(["line": "a", "insertbefore": "^c"], in: "x\\nc\\ny\\nc\\n"),
        line(["line": "a", "insertbefore": "BOF"], in: "x\\nc\\n"),
        line(["line": "a", "insertafter": "EOF"], in: "a\\nc\\n"),
        line(["line": "a", "insertbefore": "^x"], in: "x\\na\\n"),
        line(["line": "k=\\1\\2", "regexp": "^k ?= ?(\\d+)(m?)$", "backrefs": true], in: "k = 12m\\n"),
        line(["line": "k=\\g<n>", "regexp": "^k ?= ?(?P<n>\\w+)", "backrefs": true], in: "k = ab\\nz\\n"),
        line(["line": "k=\\1", "regexp": "^k ?= ?(\\d+)$", "backrefs": true], in: "z\\n"),
        line(["line": "Port 2\n", "regexp": "^#?Port"], in: "#Port 1\\n"),
        line(["line": "x", "search_string": "a.b"], in: "aXb\\na.b\\n"),
        line(["regexp": "^#", "state": "absent"], in: "#1\\na\\n#2"),
        line(["line": "a", "state": "absent"], in: "a\\nab\\na\\r\\n"),
        line(["search_string": "(", "state": "absent"], in: "f(x)\\ny\\n"),
        line(["line": "a", "mode": "0600", "owner": "daemon"], in: "a\\n"),
        line(["line": "a\\b", "regexp": "\\s+$"], in: "x  \\r\\ny \\n"),
        OracleCase("lineinfile", ["path": "DIR/f", "line": "a"]),
        OracleCase("lineinfile", ["path": "DIR/f", "line": "a", "state": "absent"]),
        OracleCase("lineinfile", ["path": "DIR/d/e/f", "line": "a", "create": true, "mode": "0640"]),
        OracleCase("lineinfile", ["path": "DIR/d", "line": "a"], after: "mkdir d"),
        OracleCase("lineinfile", ["path": "DIR/l", "line": "a"], after: "echo x > t; chmod 640 t; ln -s t l"),
        OracleCase("lineinfile", ["path": "DIR/f", "line": "a", "validate": "grep -q zz %s"], after: "echo x > f"),
        OracleCase("lineinfile", ["path": "DIR/f", "line": "a", "backup": true], after: "echo x > f"),
    ]

    private static func line(_ arguments: Value, in text: String) -> OracleCase {
        var arguments = arguments.map ?? [:]
        arguments["path"] = "DIR/f"
        return OracleCase("lineinfile", .map(arguments), after: "printf '\(text)' > f")
    }
}
