import Diagnostics
import Jinja
import OrderedCollections
import YAML

/// What a play's variables are defined as, and which of them were used.
final class Definitions {
    private let nodes: [String: [Node]]
    /// Names that have several definitions, or may get others in the run: which one is read is not known.
    private let several: Set<String>
    private var used: Set<String> = []
    private var read: Set<String> = []

    /// - Parameters:
    ///   - hostVariables: the inventory's, as the play's hosts have them.
    ///   - others: names that the run brings and that tasks set.
    init(_ play: Play, hostVariables: [RawVariables], others: Set<String>) {
        var nodes: [String: [Node]] = [:]
        var several = others
        let layers = [play.vars] + play.roles.flatMap { [$0.defaults, $0.vars] }
        for layer in layers { for (name, node) in layer { nodes[name, default: []].append(node) } }
        var seen: Set<Place> = []
        for variables in hostVariables {
            for (name, node) in variables {
                if node.isPlain {
                    several.insert(name)
                } else if seen.insert(node.place).inserted {
                    nodes[name, default: []].append(node)
                }
            }
        }
        self.nodes = nodes
        self.several = several.union(nodes.filter { $0.value.count > 1 }.keys)
    }

    /// Whether the name means one definition on every host.
    func isOnly(_ name: String) -> Bool { !several.contains(name) }

    /// The definitions of a name that was not asked for before.
    /// - Parameter isRead: whether every run reads it: more is judged then, once more.
    func firstUse(of name: String, isRead: Bool) -> [Node] {
        let isFirst = used.insert(name).inserted
        let isFirstRead = isRead && read.insert(name).inserted
        return isFirst || isFirstRead ? nodes[name] ?? [] : []
    }
}

extension Node {
    /// A scalar without a template in it.
    fileprivate var isPlain: Bool {
        guard let scalar else { return false }
        return scalar.value.string.map { !TemplatedText.isTemplated($0) } ?? true
    }
}
