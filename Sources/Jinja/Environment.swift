package import YAML

/// What templates can reach besides variables: other templates and Ansible's lookups.
package protocol Environment: Sendable {
    /// The text of a template that is included or imported, and the file that messages name; nil when there is none.
    func loadTemplate(_ name: String) throws -> (text: String, file: String)?

    /// What `lookup(kind, …)` finds, always as a list. `vars` is answered without asking here.
    /// - Throws: `Problem`, without a place, when it fails or is not supported.
    func lookup(_ kind: String, _ arguments: [Value], options: ValueMap, in scope: any Scope) throws -> [Value]
}

extension Environment {
    package func loadTemplate(_ name: String) throws -> (text: String, file: String)? { nil }

    package func lookup(
        _ kind: String, _ arguments: [Value], options: ValueMap, in scope: any Scope
    ) throws -> [Value] {
        try PlainLookup.lookup(kind, arguments, options: options)
    }
}

/// An environment with nothing but the lookups that need no files and no programs.
package struct PlainEnvironment: Environment {
    package init() {}
}
