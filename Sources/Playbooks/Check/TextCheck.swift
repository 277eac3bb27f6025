import Diagnostics
import Jinja
import OrderedCollections
import YAML

/// Checks the templates and expressions of one play: that they parse, and that what they read is defined somewhere.
struct TextCheck {
    let names: KnownNames
    let templating: Templating
    let log: ProblemLog
    private let definitions: Definitions
    /// Stands among a task's own names when it can't be told which they are.
    static let anything = "*"

    init(names: KnownNames, definitions: Definitions, templating: Templating, log: ProblemLog) {
        self.names = names
        self.definitions = definitions
        self.templating = templating
        self.log = log
    }

    /// An expression without braces.
    func expression(_ node: Node, own: Set<String>) {
        if case .bool = node.value { return }
        guard let parsed = log.collecting(.templateSyntax, { try templating.expression(node) }) else { return }
        references(parsed.references, own: own)
    }

    /// A text with templates in it, or a collection of them.
    func text(_ node: Node, own: Set<String>) {
        node.eachTemplate { node, text in
            guard let parsed = log.collecting(.templateSyntax, { try templating.templatedText(node, text) }) else {
                return
            }
            references(parsed.references, own: own)
        }
    }

    func references(_ references: [Reference], own: Set<String>) {
        guard !own.contains(Self.anything) else { return }
        for reference in references where !reference.isGuarded {
            guard !own.contains(reference.name) else { continue }
            for node in definitions.firstUse(of: reference.name) { text(node, own: []) }
            guard !names.contains(reference.name) else { continue }
            log.add(
                "'\(reference.name)' is not defined anywhere", at: reference.place,
                hint: Suggestion.hint(for: reference.name, among: names.all.union(own).sorted()),
                rule: .undefinedVariable)
        }
    }

    /// Names that conditions provide for (`when: x is defined`): the task is skipped where they are not defined.
    func guarded(by conditions: [Node]) -> Set<String> {
        let references = conditions.flatMap { (try? templating.expression($0))?.references ?? [] }
        return Set(references.filter(\.isGuarded).map(\.name))
    }
}

/// Checks only that texts parse: what a variable's own text reads counts where the variable is used.
struct SyntaxCheck {
    let templating: Templating
    let log: ProblemLog

    func check(_ node: Node) {
        node.eachTemplate { node, text in
            _ = log.collecting(.templateSyntax) { try templating.templatedText(node, text) }
        }
    }
}

/// What a play's variables are defined as, and which of them were used.
final class Definitions {
    private let nodes: [String: [Node]]
    private var used: Set<String> = []

    /// - Parameter hostVariables: the inventory's, as the play's hosts have them.
    init(_ play: Play, hostVariables: [RawVariables]) {
        var nodes: [String: [Node]] = [:]
        let layers = [play.vars] + play.roles.flatMap { [$0.defaults, $0.vars] }
        for layer in layers { for (name, node) in layer { nodes[name, default: []].append(node) } }
        var seen: Set<Place> = []
        for variables in hostVariables {
            for (name, node) in variables where !node.isPlain && seen.insert(node.place).inserted {
                nodes[name, default: []].append(node)
            }
        }
        self.nodes = nodes
    }

    /// The definitions of a name that was not asked for before.
    func firstUse(of name: String) -> [Node] {
        used.insert(name).inserted ? nodes[name] ?? [] : []
    }
}

extension Node {
    /// Every string below this node that has a template in it.
    fileprivate func eachTemplate(_ body: (Node, String) -> Void) {
        switch content {
        case .sequence(let nodes): for node in nodes { node.eachTemplate(body) }
        case .mapping(let entries): for entry in entries { entry.value.eachTemplate(body) }
        case .scalar(let scalar):
            guard case .string(let text) = scalar.value, TemplatedText.isTemplated(text), !scalar.isUnsafe else {
                return
            }
            body(self, text)
        }
    }

    /// A scalar without a template in it.
    fileprivate var isPlain: Bool {
        guard let scalar else { return false }
        return scalar.value.string.map { !TemplatedText.isTemplated($0) } ?? true
    }
}
