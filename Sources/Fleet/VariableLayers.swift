import OrderedCollections
import YAML

/// Where a host's variables come from, kept apart until a host is asked for.
struct VariableLayers {
    private struct Group {
        var name: String
        var parents: [String] = []
        var depth = 0
        var priority: Int
        var variables: Variables
    }

    private var groups: [String: Group]
    private let hosts: [String: Variables]
    /// Of the inventory's directories first, of the playbook's last.
    private let files: [VariableFiles]

    init(_ draft: InventoryDraft, files: [VariableFiles]) {
        self.files = files
        hosts = draft.hosts.values.reduce(into: [:]) { $0[$1.name] = $1.variables }
        groups = draft.groups.values.reduce(into: [:]) { groups, group in
            groups[group.name] = Group(name: group.name, priority: group.priority, variables: group.variables)
        }
        for group in draft.groups.values {
            for child in group.children { groups[child]?.parents.append(group.name) }
        }
        for name in draft.groups.keys { _ = measureDepth(of: name) }
    }

    /// The longest way up to `all`: deeper groups win over those above them.
    private mutating func measureDepth(of name: String) -> Int {
        guard let group = groups[name], group.depth == 0 else { return groups[name]?.depth ?? 0 }
        var depth = 0
        for parent in group.parents { depth = max(depth, measureDepth(of: parent) + 1) }
        groups[name]?.depth = depth
        return depth
    }

    /// The groups and everything above them.
    func ancestors(of names: [String]) -> Set<String> {
        var seen = Set(names)
        var open = names
        while let name = open.popLast() {
            for parent in groups[name]?.parents ?? [] where seen.insert(parent).inserted { open.append(parent) }
        }
        return seen
    }
}

extension VariableLayers {
    /// Merged from low to high as Ansible does: `all`, groups, `group_vars/all`, `group_vars/*`, the host, `host_vars/*`.
    func merged(for host: String, in direct: [String]) -> Variables {
        let groups = ranked(ancestors(of: direct).subtracting(["all"]))
        var variables = self.groups["all"]?.variables ?? [:]
        for group in groups { variables.override(with: group.variables) }
        for file in files { variables.override(with: file.groups["all"]) }
        for file in files {
            for group in groups { variables.override(with: file.groups[group.name]) }
        }
        variables.override(with: hosts[host])
        for file in files { variables.override(with: file.hosts[host]) }
        return variables
    }

    /// Every variable as it is written for groups and hosts, those that others win over too.
    var definitions: [Variables] {
        groups.values.map(\.variables) + hosts.values
            + files.flatMap { Array($0.groups.values) + Array($0.hosts.values) }
    }

    private func ranked(_ names: Set<String>) -> [Group] {
        names.compactMap { groups[$0] }.sorted { left, right in
            guard left.depth == right.depth else { return left.depth < right.depth }
            guard left.priority == right.priority else { return left.priority < right.priority }
            return left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }
    }
}

extension Variables {
    fileprivate mutating func override(with others: Variables?) {
        for (name, value) in others ?? [:] { self[name] = value }
    }
}
