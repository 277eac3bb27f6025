import OrderedCollections
import YAML

extension OracleCase {
    static let blocks: [OracleCase] = [
        block(["block": "x\ny"], in: "a\\nb\\n"),
        block(["block": "x\ny\n"], in: "a\\nb"),
        block(["block": "x"], in: ""),
        block(["block": ""], in: "a\\n"),
        block(["block": ""], in: marked("old")),
        block(["state": "absent"], in: "a\\n" + marked("old") + "b\\n"),
        block(["block": "new"], in: "a\\n" + marked("old\\nolder") + "b\\n"),
        block(["block": "old"], in: "a\\n" + marked("old") + "b\\n"),
        block(["block": "new"], in: marked("one") + "a\\n" + marked("two")),
        block(["block": "x", "marker": "; {mark} of mine"], in: "a\\n"),
        block(["block": "x", "marker": "<!-- {mark} -->", "marker_begin": "von", "marker_end": "bis"], in: "a\\n"),
        block(["block": "x", "marker": "no words"], in: "a\\nno words\\nb\\nno words\\nc\\n"),
        block(["block": "x", "insertafter": "^a"], in: "a\\nb\\na\\nc\\n"),
        block(["block": "x", "insertafter": "^z"], in: "a\\nb\\n"),
        block(["block": "x", "insertafter": "EOF"], in: "a\\nb\\n"),
        block(["block": "x", "insertbefore": "^a"], in: "a\\nb\\na\\nc\\n"),
        block(["block": "x", "insertbefore": "BOF"], in: "a\\nb\\n"),
        block(["block": "x", "insertbefore": "^z"], in: "a\\nb"),
        block(["block": "x", "insertafter": "^\\[main\\]$"], in: "[main]\\nb\\n[rest]\\n"),
        block(["block": "x", "prepend_newline": true, "append_newline": true, "insertafter": "^a"], in: "a\\nb\\n"),
        block(["block": "x", "prepend_newline": true, "append_newline": true], in: "a\\n\\n"),
        block(["block": "x", "prepend_newline": true], in: ""),
        block(["block": "é\t\"q\"\\1"], in: "a\\n"),
        block(["block": "x", "mode": "0600", "owner": "daemon"], in: "a\\n"),
        block(["block": "x", "backup": true], in: "a\\n"),
        block(["block": "x", "validate": "grep -q zz %s"], in: "a\\n"),
        OracleCase("blockinfile", ["path": "DIR/f", "block": "x"]),
        OracleCase("blockinfile", ["path": "DIR/f", "state": "absent"]),
        OracleCase("blockinfile", ["path": "DIR/f", "state": "absent", "create": true]),
        OracleCase("blockinfile", ["path": "DIR/d/e/f", "block": "x", "create": true, "mode": "0640"]),
        OracleCase("blockinfile", ["path": "DIR/d", "block": "x"], after: "mkdir d"),
        OracleCase("blockinfile", ["path": "DIR/l", "block": "x"], after: "echo a > t; chmod 640 t; ln -s t l"),
    ]

    static let replacements: [OracleCase] = [
        replace(["regexp": "b+", "replace": "x"], in: "abba\\nbb\\n"),
        replace(["regexp": "b+"], in: "abba\\nbb\\n"),
        replace(["regexp": "z", "replace": "x"], in: "abba\\n"),
        replace(["regexp": "^(\\w+)=(.*)$", "replace": "\\2=\\1"], in: "a=1\\nb=2\\n"),
        replace(["regexp": "(?P<k>\\w+)=(\\d)", "replace": "\\g<k>:\\g<2>"], in: "a=1 b=2\\n"),
        replace(["regexp": "(?i)PORT\\s+\\d+", "replace": "Port 2222"], in: "port 22\\nPORT  23\\n"),
        replace(["regexp": "^#(.*)$", "replace": "\\1"], in: "#a\\n #b\\n#c"),
        replace(["regexp": "a\\nb", "replace": "c"], in: "a\\nb\\na\\n"),
        replace(["regexp": "a.b", "replace": "c"], in: "a\\nb a-b\\n"),
        replace(["regexp": "$", "replace": ";"], in: "a\\nb\\n"),
        replace(["regexp": "x*", "replace": "-"], in: "axb\\n"),
        replace(["regexp": "\\d+", "replace": "<\\g<0>>"], in: "a1b22\\n"),
        replace(["regexp": "\\.", "replace": "\\n"], in: "a.b\\n"),
        replace(["regexp": "v", "replace": "w", "after": "^\\[b\\]"], in: "[a]\\nv\\n[b]\\nv\\nv\\n"),
        replace(["regexp": "v", "replace": "w", "before": "\\[b\\]"], in: "[a]\\nv\\n[b]\\nv\\n"),
        replace(
            ["regexp": "v", "replace": "w", "after": "\\[a\\]", "before": "\\[c\\]"], in: "v\\n[a]\\nv\\n[c]\\nv\\n"),
        replace(["regexp": "v", "replace": "w", "after": "\\[z\\]"], in: "[a]\\nv\\n"),
        replace(["regexp": "(a)(b)?", "replace": "[\\1\\2]"], in: "ab a\\n"),
        replace(["regexp": "ü", "replace": "ue"], in: "für\\n"),
        replace(["regexp": "a", "replace": "b", "mode": "0600", "owner": "daemon"], in: "a\\n"),
        replace(["regexp": "z", "replace": "b", "mode": "0600"], in: "a\\n"),
        replace(["regexp": "a", "replace": "b", "backup": true], in: "a\\n"),
        replace(["regexp": "a", "replace": "b", "validate": "grep -q zz %s"], in: "a\\n"),
        replace(["regexp": "(", "replace": "b"], in: "a\\n"),
        OracleCase("replace", ["path": "DIR/f", "regexp": "a", "replace": "b"]),
        OracleCase("replace", ["path": "DIR/d", "regexp": "a", "replace": "b"], after: "mkdir d"),
        OracleCase("replace", ["path": "DIR/l", "regexp": "a", "replace": "b"], after: "echo a > t; ln -s t l"),
    ]

    private static func marked(_ lines: String) -> String {
        "# BEGIN ANSIBLE MANAGED BLOCK\\n\(lines)\\n# END ANSIBLE MANAGED BLOCK\\n"
    }

    private static func block(_ arguments: Value, in text: String) -> OracleCase {
        edit("blockinfile", arguments, text)
    }

    private static func replace(_ arguments: Value, in text: String) -> OracleCase { edit("replace", arguments, text) }

    private static func edit(_ module: String, _ arguments: Value, _ text: String) -> OracleCase {
        var arguments = arguments.map ?? [:]
        arguments["path"] = "DIR/f"
        return OracleCase(module, .map(arguments), after: "printf '\(text)' > f")
    }
}
