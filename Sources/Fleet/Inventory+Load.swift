package import Diagnostics
import FoundationEssentials
import YAML

extension Inventory {
    /// Reads inventories: files, or directories of them, later ones on top of earlier ones.
    ///
    /// - Parameters:
    ///   - paths: at least one.
    ///   - playbookDirectory: where `group_vars/` and `host_vars/` are looked for besides the inventories' directories.
    /// - Throws: `Problems` with everything that is wrong in all the files.
    package static func load(_ paths: [String], playbookDirectory: String? = nil) throws(Problems) -> Inventory {
        let reading = InventoryReading(paths, playbookDirectory: playbookDirectory)
        guard reading.problems.isEmpty else { throw Problems(reading.problems) }
        return reading.inventory
    }
}

/// What could be made of inventories, and every mistake in them.
package struct InventoryReading: Sendable {
    package let inventory: Inventory
    package let problems: [Problem]
    /// Whether every host, group and variable that is written is in the inventory, in spite of the problems.
    package let isWhole: Bool

    /// An inventory that could not be found.
    package init(unreadable problem: Problem) {
        problems = [problem.ruled(.inventory)]
        isWhole = false
        inventory = Inventory(InventoryDraft(), directory: ".", files: [])
    }

    /// Reads files, or directories of them, as `Inventory.load` does.
    /// - Parameter standIn: a host that stands in for another, which is then no part of the inventory.
    package init(_ paths: [String], playbookDirectory: String? = nil, standIn: StandIn? = nil) {
        var reader = InventoryReader()
        var problems: [Problem] = []
        if paths.isEmpty {
            problems.append(Problem("no inventory is given", hint: "give one with -i", rule: .inventory))
        }
        for path in paths {
            do {
                for file in try Self.sources(path) { reader.read(file: file) }
            } catch {
                problems.append(error)
            }
        }
        let isMissing = !problems.isEmpty
        var draft = reader.draft
        if let standIn { draft.replace(standIn.gone, by: standIn.host) }
        draft.reconcile()
        problems += reader.problems + draft.ambiguousNames()
        let folders = Self.distinct(paths.map(Self.folder) + (playbookDirectory.map { [$0] } ?? []))
        let files = folders.map { VariableFiles(in: $0, of: draft) }
        problems += files.flatMap(\.problems)
        self.problems = Problems(problems.map { $0.ruled(.inventory) }).showingLines().all
        isWhole = !isMissing && reader.isWhole && files.allSatisfy(\.isWhole)
        inventory = Inventory(draft, directory: paths.first.map(Self.folder) ?? ".", files: files)
    }

    /// The directory in which a source's `group_vars/` are.
    private static func folder(_ path: String) -> String {
        var isDirectory = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory {
            return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        }
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The directories without those that another name stands for already; the last mention counts.
    private static func distinct(_ folders: [String]) -> [String] {
        var seen: Set<String> = []
        let kept = folders.reversed().filter { folder in
            seen.insert(URL(filePath: folder).standardizedFileURL.resolvingSymlinksInPath().path).inserted
        }
        return kept.reversed()
    }

    /// The inventory files that a path stands for.
    private static func sources(_ path: String) throws(Problem) -> [String] {
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw Problem(
                "the inventory '\(path)' does not exist", hint: "give the path of a YAML inventory with -i",
                rule: .missingFile)
        }
        guard isDirectory else { return [path] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        var files: [String] = []
        for name in names.sortedByBytes() where !isIgnored(name) {
            files += try sources(path.hasSuffix("/") ? path + name : path + "/" + name)
        }
        guard !files.isEmpty else { throw Problem("the inventory '\(path)' is a directory without inventory files") }
        return files
    }

    /// What Ansible leaves out of a directory of inventories.
    private static func isIgnored(_ name: String) -> Bool {
        let endings = [
            ".pyc", ".pyo", ".swp", ".bak", "~", ".rpm", ".md", ".txt", ".rst", ".orig", ".cfg", ".retry",
        ]
        return name.hasPrefix(".") || ["group_vars", "host_vars", "vars_plugins"].contains(name)
            || endings.contains { name.hasSuffix($0) }
    }
}

/// A host in the place of one that is gone.
package struct StandIn: Hashable, Sendable {
    package var gone: String
    package var host: String

    package init(for gone: String, by host: String) {
        self.gone = gone
        self.host = host
    }
}
