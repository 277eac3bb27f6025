import OrderedCollections
import Diagnostics
import Modules
import YAML

/// A mapping whose keys are known: what is asked for is read with its type, what nobody knows is a problem.
struct Fields {
    let node: Node
    let log: ProblemLog
    private let entries: [String: Node.Entry]

    /// - Parameters:
    ///   - what: how messages call the mapping: `a play`, `a task`.
    ///   - others: keys that others have judged: a task's module.
    ///   - unsupported: Ansible's keys that are refused by name, with what to write instead.
    init?(
        _ node: Node, what: String, known: Set<String>, besides others: Set<String> = [],
        unsupported: [String: String] = [:], log: ProblemLog
    ) {
        guard let mapping = node.mapping else {
            log.addGap("expected \(what), found \(node.value.kind)", at: node.place, rule: .wrongType)
            return nil
        }
        self.node = node
        self.log = log
        var entries: [String: Node.Entry] = [:]
        for entry in mapping {
            guard let key = entry.key.string else {
                log.add("a key of \(what) must be a string", at: entry.key.place, rule: .wrongType)
                continue
            }
            if let instead = unsupported[key] {
                log.add("'\(key)' is not supported", at: entry.key.place, hint: instead, rule: .notSupported)
            } else if !known.contains(key), !others.contains(key) {
                let near = Suggestion.nearest(to: key, among: known)
                log.add(
                    "unknown key '\(key)' in \(what)", at: entry.key.place,
                    hint: near.map { "did you mean '\($0)'?" }, rule: .unknownKey)
                // Read as what was meant, so that what stands below it is checked too.
                if let near, entries[near] == nil { entries[near] = entry }
            }
            entries[key] = entry
        }
        self.entries = entries
    }

    subscript(_ key: String) -> Node? { entries[key]?.value }

    /// The first value under a key that begins so.
    func first(beginning prefix: String) -> Node? {
        node.mapping?.first { $0.key.string?.hasPrefix(prefix) == true }?.value
    }

    func keyPlace(_ key: String) -> Place { entries[key]?.key.place ?? node.place }

    func string(_ key: String) -> String? {
        guard let value = self[key] else { return nil }
        if case .null = value.value { return nil }
        guard let text = value.string else {
            log.add("\(key): expected a string, found \(value.value.kind)", at: value.place, rule: .wrongType)
            return nil
        }
        return text
    }

    func bool(_ key: String) -> Bool? {
        guard let value = self[key] else { return nil }
        if value.value.flag == nil {
            log.add("\(key): expected true or false, found \(value.value.kind)", at: value.place, rule: .wrongType)
        }
        return value.value.flag
    }

    func int(_ key: String) -> Int? {
        guard let value = self[key] else { return nil }
        guard let number = value.value.int else {
            log.add("\(key): expected an integer, found \(value.value.kind)", at: value.place, rule: .wrongType)
            return nil
        }
        return number
    }

    /// The nodes of a list, or the single node that stands for a list of one.
    func list(_ key: String) -> [Node] {
        guard let value = self[key] else { return [] }
        if case .null = value.value { return [] }
        return value.sequence ?? [value]
    }

    /// The tasks of a section; anything but a list of them is a problem.
    func tasks(_ key: String) -> [Node] {
        guard let value = self[key] else { return [] }
        if case .null = value.value { return [] }
        guard let nodes = value.sequence else {
            log.addGap(
                "\(key) is a list of tasks, found \(value.value.kind)", at: value.place,
                hint: "begin each task with '- '", rule: .wrongType)
            return []
        }
        return nodes
    }

    /// Strings of a list or of a comma-separated string.
    func words(_ key: String) -> [String] {
        list(key).flatMap { node -> [String] in
            switch node.value {
            case .string(let text):
                return text.split(separator: ",").map { $0.trimming(while: \.isWhitespace) }
            case .int(let number): return [String(number)]
            default:
                log.add("\(key): expected strings, found \(node.value.kind)", at: node.place, rule: .wrongType)
                return []
            }
        }
    }

    func variables(_ key: String) -> RawVariables {
        guard let value = self[key] else { return [:] }
        return RawVariables(variablesOf: value, log: log)
    }
}

extension RawVariables {
    /// The variables of a mapping node (`vars:`, a vars file); null is none.
    init(variablesOf node: Node, log: ProblemLog) {
        self.init()
        if case .null = node.value { return }
        guard let mapping = node.mapping else {
            log.addGap("expected a mapping of variables, found \(node.value.kind)", at: node.place, rule: .wrongType)
            return
        }
        for entry in mapping {
            guard let name = entry.key.string, name.isVariableName else {
                log.addGap(
                    "'\(entry.key.scalar?.text ?? "?")' can't be a variable's name", at: entry.key.place,
                    hint: "use letters, digits and underscores, not beginning with a digit", rule: .wrongValue)
                continue
            }
            self[name] = entry.value
        }
    }
}

extension String {
    var isVariableName: Bool {
        guard let first = unicodeScalars.first, first == "_" || first.properties.isAlphabetic else { return false }
        return unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isAlphabetic || ("0"..."9").contains($0) }
    }
}

extension Substring {
    func trimming(while predicate: (Character) -> Bool) -> String { String(self).trimming(while: predicate) }
}

extension String {
    func trimming(while predicate: (Character) -> Bool) -> String {
        var text = self[...].drop(while: predicate)
        while let last = text.last, predicate(last) { text.removeLast() }
        return String(text)
    }
}
