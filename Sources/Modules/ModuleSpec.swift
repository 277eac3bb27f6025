/// A module's names and arguments, as the static check knows them.
package struct ModuleSpec: Sendable {
    /// Fully qualified: `ansible.builtin.file`.
    package var name: String
    /// Other names it answers to, the short one included: `file`.
    package var aliases: [String]
    package var arguments: [ArgumentSpec]
    /// The argument that a bare string after the module's name means (`command: uptime`), or nil.
    package var freeForm: String?
    /// One sentence.
    package var summary: String
    /// Any argument name is taken (`set_fact`).
    package var openEnded: Bool
    /// What it refuses hangs on the host that it is made for: it is not made while playbooks are checked.
    package var hangsOnHost: Bool

    package init(
        _ name: String, aliases: [String] = [], summary: String, freeForm: String? = nil, openEnded: Bool = false,
        hangsOnHost: Bool = false, arguments: [ArgumentSpec]
    ) {
        self.name = name
        let short = name.split(separator: ".").last.map(String.init) ?? name
        self.aliases = name.hasPrefix("intchain.site.") ? aliases : [short] + aliases
        self.summary = summary
        self.freeForm = freeForm
        self.openEnded = openEnded
        self.hangsOnHost = hangsOnHost
        self.arguments = arguments
    }
}

/// One argument of a module.
package struct ArgumentSpec: Sendable {
    package indirect enum Kind: Sendable, Hashable {
        case string
        /// A path on the host.
        case path
        /// A file on the operator's machine, looked for beside the playbook.
        case localFile
        /// A template on the operator's machine, looked for beside the playbook.
        case template
        case bool
        case int
        case float
        /// A list, or a comma-separated string.
        case list(Kind)
        case map
        /// A file mode: `'0644'`, `0644`, `u=rw,go=r`; an unquoted decimal such as 644 is refused.
        case mode
        /// A Jinja expression without braces (`assert: that`).
        case expression
        /// Anything, as written.
        case raw
    }

    package var name: String
    package var kind: Kind
    package var required: Bool
    package var choices: [String]
    package var aliases: [String]
    /// Its value is a secret wherever it comes from.
    package var secret: Bool

    package init(
        _ name: String, _ kind: Kind = .string, required: Bool = false, choices: [String] = [],
        aliases: [String] = [], secret: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.required = required
        self.choices = choices
        self.aliases = aliases
        self.secret = secret
    }
}

extension ArgumentSpec {
    /// `owner`, `group` and `mode`, as every module that writes files takes them.
    package static let fileAttributes: [ArgumentSpec] = [
        ArgumentSpec("owner"), ArgumentSpec("group"), ArgumentSpec("mode", .mode),
    ]
}
