package import Diagnostics
import YAML

/// A file that a template or an expression reads: another template, or what a lookup opens.
package struct FileReference: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// `include`, or `import … with context`: it sees the variables of the text around.
        case included
        /// Another template that sees none of them.
        case apart
        /// A lookup, by its short name.
        case lookup(String)
    }

    package var kind: Kind
    /// The names, of which the first that exists is meant; `{{ }}` stands in one for what only a run can tell.
    package var names: [String]
    package var place: Place
    /// Whether the text provides for its being missing.
    package var mayBeMissing: Bool
    /// Whether it stands where the text may not come to.
    package var isConditional: Bool
    /// The names that the text around binds there, or provides for being undefined.
    package var bound: Set<String>
    /// Whether it is read in a way that the text can't tell: other tags, or variables of any names.
    package var isOpen = false
}

/// The names of files that an expression may come to.
struct FileNames {
    /// Stands for what only a run can tell.
    private static let open = "{{ }}"

    static func all(_ node: ExpressionNode) -> [String] {
        switch node.kind {
        case .list(let items), .tuple(let items): items.flatMap(all)
        case .conditional(_, let then, let otherwise): all(then) + (otherwise.map(all) ?? [])
        case .map(let entries):
            below(
                entries.first { $0.key.isLiteral("paths") }.map { all($0.value) } ?? [],
                entries.first { $0.key.isLiteral("files") }.map { all($0.value) } ?? [])
        default: [text(node)]
        }
    }

    /// What `first_found` looks for.
    static func terms(of arguments: ArgumentNodes) -> [String] {
        func named(_ name: String) -> [String] { arguments.named.first { $0.name == name }.map { all($0.value) } ?? [] }
        return arguments.positional.dropFirst().flatMap(all) + below(named("paths"), named("files"))
    }

    private static func below(_ folders: [String], _ names: [String]) -> [String] {
        folders.isEmpty ? names : folders.flatMap { folder in names.map { "\(folder)/\($0)" } }
    }

    private static func text(_ node: ExpressionNode) -> String {
        switch node.kind {
        case .literal(.string(let text)): text
        case .concatenation(let parts): parts.map(text).joined()
        case .arithmetic(.add, let left, let right): text(left) + text(right)
        case .name(let name): "{{ \(name) }}"
        default: open
        }
    }
}

extension ExpressionNode {
    func isLiteral(_ text: String) -> Bool {
        if case .literal(.string(text)) = kind { true } else { false }
    }
}
