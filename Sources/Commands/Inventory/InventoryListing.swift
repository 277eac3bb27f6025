import Diagnostics
package import Fleet
import OrderedCollections
package import YAML

/// An inventory's hosts as a table, and with the groups as data.
package struct InventoryListing {
    package let inventory: Inventory

    package init(inventory: Inventory) {
        self.inventory = inventory
    }

    /// A line a host: name, address, groups.
    package var text: String {
        let rows = [["HOST", "ADDRESS", "GROUPS"]] + inventory.hosts.keys.map(row)
        let widths = [0, 1].map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return (cells + [row[2]]).joined(separator: "  ")
        }.joined(separator: "\n")
    }

    private func row(_ host: String) -> [String] {
        let address = inventory.variables(of: host)["ansible_host"]?.scalar?.text ?? host
        return [host, address, inventory.groups(of: host).joined(separator: ", ")]
    }

    /// `{hosts: {NAME: {groups, place}}, groups: {NAME: {hosts, children}}}`; a group's hosts with those of its children.
    package var value: Value {
        let hosts = inventory.hosts.values.map { host in
            (Value.string(host.name), host.value(in: inventory))
        }
        let groups = inventory.groups.values.map { group in
            (
                Value.string(group.name),
                [
                    "hosts": .strings(inventory.allHosts(in: group.name)), "children": .strings(group.children),
                ] as Value
            )
        }
        return [
            "hosts": .map(ValueMap(uniqueKeysWithValues: hosts)),
            "groups": .map(ValueMap(uniqueKeysWithValues: groups)),
        ]
    }
}

extension Inventory.Host {
    fileprivate func value(in inventory: Inventory) -> Value {
        let address = inventory.variables(of: name)["ansible_host"]?.scalar?.text ?? name
        return [
            "address": .string(address), "groups": .strings(inventory.groups(of: name)),
            "place": .string(place.description),
        ]
    }
}

extension Value {
    static func strings(_ texts: some Sequence<String>) -> Value {
        .list(texts.map(Value.string))
    }
}
