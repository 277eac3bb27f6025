import Fleet
import OrderedCollections
import YAML

/// All that a plan was made from, as digests: files, inventory, variables of the command line.
package struct ProjectState: Sendable, Hashable {
    /// By path; nil: there was no such file.
    var files: [String: String?]
    var groups: String
    /// By host: all its variables.
    var hosts: [String: String]
    /// By name: what all hosts have for it. Not of secrets, which could be guessed from it.
    var variables: [String: String]
    /// By name: `-e`.
    var extraVars: [String: String]

    init(files: [String: String?], inventory: Inventory, extraVars: RawVariables, seal: PlanSeal) {
        self.files = files.mapValues { $0.map { seal.code($0) } }
        let groups = inventory.groups.keys.map { ($0, inventory.allHosts(in: $0)) }
        self.groups = seal.code(groups.map { "\($0) \($1)" }.joined(separator: "\n"))
        let names = SecretNames()
        var hosts: [String: String] = [:]
        var values: [String: [String]] = [:]
        for host in inventory.hosts.keys {
            let own = inventory.variables(of: host).mapValues { $0.value.json(sorted: true) }
            hosts[host] = seal.code(own.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: "\n"))
            for (name, value) in own where !names.contains(name) {
                values[name, default: []].append("\(host)=\(value)")
            }
        }
        self.hosts = hosts
        variables = values.mapValues { seal.code($0.joined(separator: "\n")) }
        self.extraVars = Dictionary(
            uniqueKeysWithValues: extraVars.map { ($0, seal.code($1.value.json(sorted: true))) })
    }

    /// What is different now, a sentence each.
    func differences(from now: ProjectState) -> [String] {
        let moved = files.keys.sorted().compactMap { path -> String? in
            let (before, after) = (files[path] ?? nil, now.files[path] ?? nil)
            guard before != after else { return nil }
            return before == nil ? "\(path) is new" : after == nil ? "\(path) is gone" : "\(path) was changed"
        }
        return moved + inventoryDifferences(from: now) + differing(extraVars, now.extraVars).map { "-e \($0) differs" }
    }

    private func inventoryDifferences(from now: ProjectState) -> [String] {
        let names = differing(variables, now.variables).map { "the inventory's \($0) was changed" }
        let new = now.hosts.keys.filter { hosts[$0] == nil }.sorted().map { "\($0) is new in the inventory" }
        let gone = hosts.keys.filter { now.hosts[$0] == nil }.sorted().map { "\($0) is gone from the inventory" }
        if !(new + gone).isEmpty { return new + gone }
        if groups != now.groups { return names + ["the inventory's groups were changed"] }
        let others = hosts.keys.filter { hosts[$0] != now.hosts[$0] }.sorted()
        if names.isEmpty, !others.isEmpty {
            return ["a secret of \(others.joined(separator: ", ")) was changed in the inventory"]
        }
        return names
    }

    private func differing(_ before: [String: String], _ after: [String: String]) -> [String] {
        Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
    }
}

extension ProjectState {
    var value: Value {
        [
            "files": Self.value(files), "groups": .string(groups), "hosts": Self.value(hosts),
            "variables": Self.value(variables), "extra_vars": Self.value(extraVars),
        ]
    }

    init?(_ value: Value) {
        guard let files = value["files"]?.map, let groups = value["groups"]?.string,
            let hosts = Self.texts(value["hosts"]), let variables = Self.texts(value["variables"]),
            let extraVars = Self.texts(value["extra_vars"])
        else { return nil }
        self.files = Dictionary(uniqueKeysWithValues: files.map { ($0.string ?? "", $1.string) })
        self.groups = groups
        self.hosts = hosts
        self.variables = variables
        self.extraVars = extraVars
    }

    private static func value(_ texts: [String: String?]) -> Value {
        .map(
            ValueMap(
                uniqueKeysWithValues: texts.sorted { $0.key < $1.key }.map {
                    (.string($0), $1.map(Value.string) ?? .null)
                }))
    }

    private static func texts(_ value: Value?) -> [String: String]? {
        guard let map = value?.map else { return nil }
        return Dictionary(uniqueKeysWithValues: map.map { ($0.string ?? "", $1.string ?? "") })
    }
}
