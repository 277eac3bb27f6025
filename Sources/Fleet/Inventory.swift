package import Diagnostics
package import OrderedCollections
import YAML

/// The servers of a site: hosts, the groups they are in, and the variables of both, in Ansible's model.
package struct Inventory: Sendable {
    /// A server under the name the inventory gives it.
    package struct Host: Sendable {
        package let name: String
        /// Where it was first named.
        package let place: Place
        /// The groups that name it themselves, without `all`.
        package let groups: [String]
    }

    /// A named set of hosts and of other groups.
    package struct Group: Sendable {
        package let name: String
        /// The hosts that it names itself.
        package let hosts: [String]
        /// The groups that it names itself.
        package let children: [String]
        /// Where it was first named; nil for `all` and `ungrouped` when no file names them.
        package let place: Place?
    }

    /// In the order in which the inventory names them.
    package let hosts: OrderedDictionary<String, Host>
    /// Includes `all` and `ungrouped`.
    package let groups: OrderedDictionary<String, Group>
    /// The directory of the first inventory source.
    package let directory: String

    let variables: VariableLayers

    init(_ draft: InventoryDraft, directory: String, files: [VariableFiles]) {
        groups = draft.groups.mapValues { group in
            Group(name: group.name, hosts: Array(group.hosts), children: Array(group.children), place: group.place)
        }
        let direct = draft.directGroups()
        hosts = draft.hosts.mapValues { host in
            Host(name: host.name, place: host.place, groups: direct[host.name] ?? [])
        }
        self.directory = directory
        variables = VariableLayers(draft, files: files)
    }
}

extension Inventory {
    /// The hosts of a group and of all groups below it; empty for a group that does not exist.
    ///
    /// In Ansible's order: a group's own hosts, then its children's, then theirs.
    package func allHosts(in group: String) -> [String] {
        var names: OrderedSet<String> = []
        for name in descendants(of: group) {
            names.formUnion(groups[name]?.hosts ?? [])
        }
        return Array(names)
    }

    /// The group and all groups below it, level by level.
    private func descendants(of group: String) -> OrderedSet<String> {
        var seen: OrderedSet<String> = [group]
        var index = 0
        while index < seen.count {
            seen.formUnion(groups[seen[index]]?.children ?? [])
            index += 1
        }
        return seen
    }

    /// Ansible's `group_names`: every group that holds the host, directly or not, sorted and without `all`.
    package func groups(of host: String) -> [String] {
        variables.ancestors(of: hosts[host]?.groups ?? []).filter { $0 != "all" }.sorted()
    }

    /// True for `localhost` and its addresses when the inventory doesn't name them: Ansible then adds the host by
    /// itself, with a local connection, outside of all groups.
    package func isImplicit(_ host: String) -> Bool {
        Self.localNames.contains(host) && hosts[host] == nil
    }

    static let localNames = ["localhost", "127.0.0.1", "::1"]
}
