import Diagnostics

/// The names of lookups, with or without Ansible's prefix.
package enum LookupName {
    /// Every lookup there is, in `lookup('NAME', …)` and as a loop: those of the project's files among them.
    package static let all = [
        "dict", "env", "file", "fileglob", "first_found", "indexed_items", "items", "list", "nested", "sequence",
        "subelements", "template", "together", "vars",
    ]

    /// Those that may stand as `with_NAME`.
    package static let loops = all.filter { !["env", "file", "template", "vars"].contains($0) }

    /// Those that Ansible has and this tool has not, with what to write instead.
    private static let refused = [
        "pipe": "run the program in a task that is delegated to localhost, and register what it prints",
        "lines": "run the program in a task that is delegated to localhost, and register what it prints",
        "url": "ask with ansible.builtin.uri, delegated to localhost, and register the answer",
        "password": "keep the secret outside the repository, and read it with lookup('env', …) or -e @FILE",
        "flattened": "write the filter '| flatten'", "cartesian": "write lookup('nested', …)",
        "random_choice": "write the filter '| random'", "inventory_hostnames": "write groups['NAME']",
    ]

    /// What lookups of files may be told besides the file: an option of another name would be passed over in silence.
    private static let options = [
        "file": ["lstrip", "rstrip"],
        "template": [
            "comment_end_string", "comment_start_string", "convert_data", "jinja2_native", "template_vars",
            "trim_blocks", "variable_end_string", "variable_start_string",
        ],
    ]

    /// Why a lookup can't take an option, and what may have been meant; nil when it can.
    static func refusal(of option: String, for name: String) -> Fault? {
        guard let known = options[short(name)], !known.contains(option), !["wantlist", "errors"].contains(option)
        else { return nil }
        return Fault(
            "lookup '\(name)' has no option '\(option)'",
            hint: Suggestion.hint(for: option, among: known) ?? "its options are: \(known.joined(separator: ", "))")
    }

    static func short(_ name: String) -> String {
        name.hasPrefix("ansible.builtin.") ? String(name.dropFirst("ansible.builtin.".count)) : name
    }

    /// What to write instead of a lookup that there is not.
    static func hint(for name: String) -> String? {
        refused[short(name)] ?? Suggestion.hint(for: short(name), among: all)
            ?? "lookups are: \(all.joined(separator: ", "))"
    }
}
