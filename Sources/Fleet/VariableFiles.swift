import Diagnostics
import FoundationEssentials
import OrderedCollections
import YAML

/// What stands in `group_vars/` and `host_vars/` of one directory.
struct VariableFiles {
    private(set) var groups: [String: Variables] = [:]
    private(set) var hosts: [String: Variables] = [:]
    private(set) var problems: [Problem] = []
    /// Whether everything that is written in the files could be read.
    private(set) var isWhole = true

    private static let extensions = [".yml", ".yaml", ".json"]

    init(in directory: String, of draft: InventoryDraft) {
        let folder = directory == "." ? "" : directory + "/"
        for group in draft.groups.keys { groups[group] = read(folder + "group_vars", group) }
        for host in draft.hosts.keys { hosts[host] = read(folder + "host_vars", host) }
    }

    /// The variables of one group or host; nil when it has no files.
    private mutating func read(_ folder: String, _ name: String) -> Variables? {
        let files = Self.files(for: name, in: folder)
        guard !files.isEmpty else { return nil }
        var variables: Variables = [:]
        for file in files {
            let parsed = ParsedText(file: file)
            problems += parsed.problems
            isWhole = isWhole && parsed.isWhole
            add(parsed.root, to: &variables)
        }
        return variables
    }

    private mutating func add(_ root: Node?, to variables: inout Variables) {
        guard let root else { return }
        guard let entries = root.mapping else {
            isWhole = false
            problems.append(
                Problem("a file of variables must be a mapping, found \(root.value.kind)", at: root.place))
            return
        }
        for entry in entries {
            do {
                variables[try VariableName.check(entry.key)] = entry.value
            } catch {
                problems.append(error)
            }
        }
    }

    /// The first that exists of `name`, `name.yml`, `name.yaml` and `name.json`; a folder stands for all its files.
    private static func files(for name: String, in folder: String) -> [String] {
        guard !name.hasPrefix("/") else { return [] }
        for ending in [""] + extensions {
            let path = folder + "/" + name + ending
            var isDirectory = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { continue }
            return isDirectory ? files(below: path) : [path]
        }
        return []
    }

    /// All files of a folder in the order of their names; hidden ones, backups and other endings are left out.
    private static func files(below folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sortedByBytes().filter { !$0.hasPrefix(".") && !$0.hasSuffix("~") }.flatMap { name in
            let path = folder + "/" + name
            let ending = fileExtension(name)
            var isDirectory = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { return [String]() }
            if isDirectory { return ending.isEmpty ? files(below: path) : [] }
            return ending.isEmpty || extensions.contains(ending) ? [path] : []
        }
    }

    private static func fileExtension(_ name: String) -> String {
        name.lastIndex(of: ".").map { String(name[$0...]) } ?? ""
    }
}

extension Sequence<String> {
    /// In Python's order: by code points, whatever the locale.
    func sortedByBytes() -> [String] {
        sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
