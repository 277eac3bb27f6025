import Diagnostics
import FoundationEssentials
import OrderedCollections
import YAML

/// Reads YAML inventory files into a draft, and notes every mistake on the way.
struct InventoryReader {
    private(set) var draft = InventoryDraft()
    private(set) var problems: [Problem] = []
    /// Whether every host, group and variable that is written has found its place in the draft.
    private(set) var isWhole = true

    /// Reads one file.
    mutating func read(file: String) {
        let parsed = ParsedText(file: file)
        problems += parsed.problems.map { $0.hintingAtINI(file) }
        isWhole = isWhole && parsed.isWhole
        if let root = parsed.root {
            read(root, file: file)
        } else if parsed.problems.isEmpty {
            problems.append(Problem("\(file): the inventory is empty", rule: .inventory))
        }
    }

    private mutating func read(_ root: Node, file: String) {
        guard let entries = root.mapping else {
            note("an inventory is a mapping of groups, found \(root.value.kind)", at: root.place, hint: Problem.iniHint)
            return
        }
        if let plugin = root.entry("plugin") {
            note("inventory plugins are not supported", at: plugin.key.place, hint: "write the hosts as YAML")
            return
        }
        for entry in entries { readGroup(entry) }
    }

    /// `name: {hosts, children, vars}`; returns the name, or nil when there is none.
    @discardableResult private mutating func readGroup(_ entry: Node.Entry) -> String? {
        guard let name = entry.key.string, !name.isEmpty else {
            note(
                "a group's name must be a string, found \(entry.key.value.kind)", at: entry.key.place, hint: "quote it")
            return nil
        }
        draft.addGroup(name, at: entry.key.place)
        guard !entry.value.isNull else { return name }
        guard let sections = entry.value.mapping else {
            note("the group '\(name)' must be a mapping, found \(entry.value.value.kind)", at: entry.value.place)
            return name
        }
        for section in sections { read(section, of: name) }
        return name
    }

    private mutating func read(_ section: Node.Entry, of group: String) {
        guard let key = sectionKey(section.key) else { return }
        for entry in entries(of: section, of: group) {
            switch key {
            case "hosts": readHosts(entry, of: group)
            case "children": readChild(entry, of: group)
            default: readVariable(entry, of: group)
            }
        }
    }

    /// `hosts`, `children` or `vars`; what is nearly one of them is told, and read as that one.
    private mutating func sectionKey(_ key: Node) -> String? {
        let known = ["hosts", "children", "vars"]
        let written = key.scalar?.text ?? "?"
        if key.string != nil, known.contains(written) { return written }
        let near = Suggestion.nearest(to: written, among: known)
        problems.append(
            Problem(
                "'\(written)' is no key of a group", at: key.place,
                hint: near.map { "did you mean '\($0)'?" }
                    ?? "a group has hosts, children and vars: put variables under vars, groups under children",
                rule: .unknownKey))
        if near == nil { isWhole = false }
        return near
    }

    /// A section's entries; a single name stands for a mapping of that name to nothing, as in Ansible.
    private mutating func entries(of section: Node.Entry, of group: String) -> [Node.Entry] {
        let node = section.value
        if let entries = node.mapping { return entries }
        if node.isNull { return [] }
        if node.string != nil, section.key.string != "vars" {
            return [
                Node.Entry(
                    key: node, value: Node(.scalar(.init(text: "", style: .plain, value: .null)), at: node.place))
            ]
        }
        note(
            "'\(section.key.string ?? "")' of the group '\(group)' must be a mapping, found \(node.value.kind)",
            at: node.place, hint: node.sequence == nil ? nil : "write 'name:' on each line instead of '- name'")
        return []
    }

    private mutating func readChild(_ entry: Node.Entry, of group: String) {
        guard let child = readGroup(entry) else { return }
        do {
            try draft.addChild(child, to: group, at: entry.key.place)
        } catch {
            problems.append(error)
        }
    }

    private mutating func readVariable(_ entry: Node.Entry, of group: String) {
        guard let name = variableName(entry.key) else { return }
        guard name == "ansible_group_priority" else {
            return draft.set(name, to: entry.value, ofGroup: group)
        }
        guard let priority = entry.value.value.int ?? entry.value.string.flatMap({ Int($0) }) else {
            note("ansible_group_priority must be an integer, found \(entry.value.value.kind)", at: entry.value.place)
            return
        }
        draft.setPriority(priority, ofGroup: group)
    }

    /// A mistake that keeps something from being read.
    private mutating func note(_ message: String, at place: Place, hint: String? = nil) {
        isWhole = false
        problems.append(Problem(message, at: place, hint: hint))
    }
}

extension InventoryReader {
    /// `web[01:10]: {ansible_host: …}`, one host or several.
    private mutating func readHosts(_ entry: Node.Entry, of group: String) {
        guard let text = entry.key.string, !text.isEmpty else {
            let kind = entry.key.value.kind
            note("a host's name must be a string, found \(kind)", at: entry.key.place, hint: "quote it")
            return
        }
        let names: HostNames
        do {
            names = try HostNames(text)
        } catch {
            note(
                "the host range '\(text)' is not valid: \(error.reason)", at: entry.key.place, hint: "write web[01:10]")
            return
        }
        let variables = hostVariables(entry)
        for name in names.all {
            let isNew = draft.hosts[name] == nil
            draft.addHost(name, to: group, at: entry.key.place)
            if isNew, let port = names.port {
                draft.set("ansible_port", to: port.node(at: entry.key.place), ofHost: name)
            }
            for (variable, value) in variables { draft.set(variable, to: value, ofHost: name) }
        }
    }

    private mutating func hostVariables(_ entry: Node.Entry) -> Variables {
        guard !entry.value.isNull else { return [:] }
        guard let entries = entry.value.mapping else {
            note(
                "the variables of a host must be a mapping, found \(entry.value.value.kind)", at: entry.value.place,
                hint: "write them below the host's name, a line each")
            return [:]
        }
        var variables: Variables = [:]
        for entry in entries {
            if let name = variableName(entry.key) { variables[name] = entry.value }
        }
        return variables
    }

    private mutating func variableName(_ key: Node) -> String? {
        do {
            return try VariableName.check(key)
        } catch {
            problems.append(error)
            return nil
        }
    }
}

extension Node {
    var isNull: Bool { value == .null }
}

extension Int {
    fileprivate func node(at place: Place) -> Node {
        Node(.scalar(.init(text: String(self), style: .plain, value: .int(self))), at: place)
    }
}

extension Problem {
    fileprivate static let iniHint =
        "inventories are YAML: convert another one with ansible-inventory -i FILE --list -y"

    /// Ansible's older inventories are INI files, which fail as YAML in odd ways.
    fileprivate func hintingAtINI(_ file: String) -> Problem {
        guard Self.looksLikeINI(file) else { return self }
        var hinted = self
        hinted.hint = Self.iniHint
        return hinted
    }

    private static func looksLikeINI(_ file: String) -> Bool {
        guard !file.hasSuffix(".ini") else { return true }
        let text = FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let lines = text.split(whereSeparator: \.isNewline)
        return lines.first { !$0.hasPrefix("#") && !$0.hasPrefix(";") }?.hasPrefix("[") == true
    }
}
