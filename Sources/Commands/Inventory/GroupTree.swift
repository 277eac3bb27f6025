import Diagnostics
package import Fleet
import OrderedCollections
package import YAML

/// A group with everything below it, drawn as `ansible-inventory --graph` draws it.
package struct GroupTree {
    private let inventory: Inventory
    private let root: Inventory.Group

    /// - Throws: `Problem` when there is no such group.
    package init(inventory: Inventory, root: String) throws {
        guard let group = inventory.groups[root] else {
            throw Problem(
                "no group is named '\(root)'", hint: Suggestion.hint(for: root, among: inventory.groups.keys))
        }
        self.inventory = inventory
        self.root = group
    }

    package var text: String { lines(root, depth: 0).joined(separator: "\n") }

    package var value: Value { [.string(root.name): value(root)] }

    private func lines(_ group: Inventory.Group, depth: Int) -> [String] {
        var lines = [Self.line("@\(group.name):", depth: depth)]
        for child in group.children.compactMap({ inventory.groups[$0] }) {
            lines += self.lines(child, depth: depth + 1)
        }
        return lines + hosts(group).map { Self.line($0, depth: depth + 1) }
    }

    /// Hosts directly below `all` are shown below `ungrouped` or their groups.
    private func hosts(_ group: Inventory.Group) -> [String] {
        group.name == "all" ? [] : group.hosts
    }

    private static func line(_ name: String, depth: Int) -> String {
        depth == 0 ? name : String(repeating: "  |", count: depth) + "--" + name
    }

    private func value(_ group: Inventory.Group) -> Value {
        let children = group.children.compactMap { inventory.groups[$0] }.map { (Value.string($0.name), value($0)) }
        return ["hosts": .strings(hosts(group)), "children": .map(ValueMap(uniqueKeysWithValues: children))]
    }
}
