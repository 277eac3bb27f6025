import Diagnostics
import OrderedCollections
import YAML

/// Variables by their names, as they are written.
typealias Variables = OrderedDictionary<String, Node>

/// The hosts and groups while inventory files are read.
struct InventoryDraft {
    struct Host {
        let name: String
        let place: Place
        var variables: Variables = [:]
    }

    struct Group {
        let name: String
        var place: Place?
        var hosts: OrderedSet<String> = []
        var children: OrderedSet<String> = []
        var variables: Variables = [:]
        /// `ansible_group_priority`: among groups of the same depth, the higher one wins.
        var priority = 1
    }

    private(set) var hosts: OrderedDictionary<String, Host> = [:]
    private(set) var groups: OrderedDictionary<String, Group> = [
        "all": Group(name: "all", children: ["ungrouped"]),
        "ungrouped": Group(name: "ungrouped"),
    ]

    mutating func addGroup(_ name: String, at place: Place) {
        groups[name, default: Group(name: name)].place = groups[name]?.place ?? place
    }

    mutating func addHost(_ name: String, to group: String, at place: Place) {
        if hosts[name] == nil { hosts[name] = Host(name: name, place: place) }
        groups[group]?.hosts.append(name)
    }

    /// - Throws: `Problem` when the child already stands above the group.
    mutating func addChild(_ child: String, to group: String, at place: Place) throws(Problem) {
        guard child != "all", child != group, !isBelow(group, child) else {
            throw Problem(
                "the group '\(child)' can't be a child of '\(group)': that is a loop", at: place,
                hint: child == "all"
                    ? "every group is a child of all already" : "remove one of the two children entries")
        }
        groups[group]?.children.append(child)
    }

    mutating func set(_ variable: String, to value: Node, ofHost host: String) {
        hosts[host]?.variables[variable] = value
    }

    mutating func set(_ variable: String, to value: Node, ofGroup group: String) {
        groups[group]?.variables[variable] = value
    }

    mutating func setPriority(_ priority: Int, ofGroup group: String) {
        groups[group]?.priority = priority
    }

    /// Puts a host in another's place: in its groups, at its position, with its variables below the new one's own. Where
    /// a variable names the other, it names the new one from now on.
    mutating func replace(_ old: String, by new: String) {
        let own = hosts[new]?.variables ?? [:]
        let inherited = hosts.removeValue(forKey: old)?.variables ?? [:]
        hosts[new]?.variables = inherited.merging(own) { $1 }
        hosts = hosts.mapValues { host in
            var host = host
            host.variables = host.variables.mapValues { $0.naming(new, insteadOf: old) }
            return host
        }
        groups = groups.mapValues { group in
            var group = group
            group.variables = group.variables.mapValues { $0.naming(new, insteadOf: old) }
            guard let index = group.hosts.firstIndex(of: old) else { return group }
            group.hosts.remove(at: index)
            group.hosts.remove(new)
            group.hosts.insert(new, at: min(index, group.hosts.count))
            return group
        }
    }

    private func isBelow(_ group: String, _ ancestor: String) -> Bool {
        var open = [ancestor]
        var seen: Set<String> = [ancestor]
        while let name = open.popLast() {
            for child in groups[name]?.children ?? [] where seen.insert(child).inserted {
                if child == group { return true }
                open.append(child)
            }
        }
        return false
    }
}

extension InventoryDraft {
    /// The groups other than `all` that name each host themselves.
    func directGroups() -> [String: [String]] {
        var direct: [String: [String]] = [:]
        for group in groups.values where group.name != "all" {
            for host in group.hosts { direct[host, default: []].append(group.name) }
        }
        return direct
    }

    /// Ansible's last step: every group hangs below `all`, every host without a group is in `ungrouped`.
    mutating func reconcile() {
        let children = groups.values.reduce(into: Set<String>()) { $0.formUnion($1.children) }
        for name in groups.keys where name != "all" && !children.contains(name) {
            groups["all"]?.children.append(name)
        }
        let direct = directGroups()
        for host in hosts.keys {
            let others = (direct[host] ?? []).filter { $0 != "ungrouped" }
            if others.isEmpty {
                groups["ungrouped"]?.hosts.append(host)
            } else {
                groups["ungrouped"]?.hosts.remove(host)
            }
        }
    }

    /// Names that are both a host's and a group's: what Ansible only warns of, though it mixes their variables up.
    func ambiguousNames() -> [Problem] {
        hosts.values.filter { groups[$0.name] != nil }.map { host in
            let group = groups[host.name]?.place.map { ", see \($0)" } ?? ""
            return Problem(
                "'\(host.name)' is the name of a host and of a group\(group)", at: host.place,
                hint: "rename one of them")
        }
    }
}

extension Node {
    /// Whole scalars only: a name within a text may be anything.
    fileprivate func naming(_ new: String, insteadOf old: String) -> Node {
        var node = self
        switch content {
        case .scalar(var scalar):
            guard scalar.value == .string(old) else { return self }
            (scalar.text, scalar.value) = (new, .string(new))
            node.content = .scalar(scalar)
        case .sequence(let items): node.content = .sequence(items.map { $0.naming(new, insteadOf: old) })
        case .mapping(let entries):
            node.content = .mapping(
                entries.map { Entry(key: $0.key, value: $0.value.naming(new, insteadOf: old)) })
        }
        return node
    }
}
