import Diagnostics
import OrderedCollections
import YAML

/// A task's loop: its values, in Ansible's shapes.
struct Loop {
    private let node: Node
    private let shape: Keywords.LoopShape
    private let templating: Templating

    /// nil when the task has no loop.
    init?(_ keywords: Keywords, templating: Templating) {
        guard let node = keywords.loop else { return nil }
        self.node = node
        shape = keywords.loopShape
        self.templating = templating
    }

    /// - Throws: `Problem` when the value has not the shape of a loop.
    func items(in scope: VariableScope) throws -> [Value] {
        let value = try templating.value(of: node, in: scope)
        switch (shape, value) {
        case (.list, .list(let items)): return items
        case (.lookup(let name), _):
            return try templating.lookup(name, value.list ?? [value], in: scope, at: node.place)
        case (.list, _):
            throw Problem(
                "loop: expected a list, found \(value.kind)", at: node.place,
                hint: value.map == nil ? nil : "write \"{{ … | dict2items }}\"")
        }
    }
}
