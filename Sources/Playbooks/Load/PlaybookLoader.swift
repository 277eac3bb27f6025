package import Diagnostics
package import Modules
import YAML

/// What could be made of a playbook and all it imports, and every mistake of form in them.
package struct PlaybookReading: Sendable {
    package var playbook: Playbook
    /// In the order of their places, each with its line.
    package var problems: [Problem]
    /// True when something could not be read that may define variables or handlers.
    package var hasGaps: Bool
}

/// Reads playbooks with everything they import: files in, values out, every mistake of form at once.
package struct PlaybookLoader {
    let registry: ModuleRegistry
    let files: any ProjectFiles
    let log = ProblemLog()
    let numbering = Numbering()
    /// The folder of the playbook being read: roles are looked for beside it.
    private(set) var directory = "."

    package init(registry: ModuleRegistry, files: any ProjectFiles = LocalProjectFiles()) {
        self.registry = registry
        self.files = files
    }

    /// - Throws: `Problems`, with all that is wrong in all the files.
    package func load(_ path: String) throws -> Playbook {
        let reading = read(path)
        guard reading.problems.isEmpty else { throw Problems(reading.problems) }
        return reading.playbook
    }

    /// The playbook as far as it can be read; one with problems is for further checks only.
    package func read(_ path: String) -> PlaybookReading {
        let playbook = Playbook(file: path, directory: ProjectPath.directory(of: path), plays: plays(of: path))
        return PlaybookReading(
            playbook: playbook, problems: ShownLines(files: files).show(log.found), hasGaps: log.hasGaps)
    }

    private func plays(of path: String, depth: Int = 0, importedAt place: Place? = nil) -> [Play] {
        guard depth < 16 else {
            log.addGap("playbooks import one another without end", at: place)
            return []
        }
        guard let document = document(path, neededAt: place) else {
            if isEmpty(path) { addEmpty(path) }
            return []
        }
        guard let nodes = document.sequence else {
            log.addGap(
                "a playbook is a list of plays, found \(document.value.kind)", at: document.place,
                hint: "begin the file with '- hosts: …'")
            return []
        }
        if nodes.isEmpty { addEmpty(path) }
        var reader = self
        reader.directory = ProjectPath.directory(of: path)
        return nodes.flatMap { node -> [Play] in
            guard let key = ["import_playbook", "ansible.builtin.import_playbook"].first(where: { node[$0] != nil }),
                let imported = node[key]
            else {
                return PlayReader(loader: reader, directory: reader.directory).play(node).map { [$0] } ?? []
            }
            let only = Dictionary(
                uniqueKeysWithValues: ["vars", "tags", "when"].map { ($0, "write it in the imported playbook") })
            _ = Fields(node, what: key, known: ["name", key], unsupported: only, log: log)
            guard let file = imported.string else {
                log.addGap("import_playbook takes a file name", at: imported.place, rule: .wrongType)
                return []
            }
            let target = ProjectPath.join(ProjectPath.directory(of: path), file)
            return plays(of: target, depth: depth + 1, importedAt: imported.place)
        }
    }

    /// Whether there is such a file with nothing in it: not even a mistake.
    private func isEmpty(_ path: String) -> Bool {
        guard let bytes = files.read(path) else { return false }
        let parsed = ParsedText(String(decoding: bytes, as: UTF8.self), file: path)
        return parsed.isWhole && parsed.root == nil && parsed.problems.isEmpty
    }

    private func addEmpty(_ path: String) {
        log.addGap(
            "the playbook has no play in it", at: Place(file: path, line: 1, column: 1),
            hint: "begin the file with '- hosts: …'")
    }

    /// A file's YAML; nil when it is empty or can't be read, which is logged.
    func document(_ path: String, neededAt place: Place?) -> Node? {
        guard let bytes = bytes(path, neededAt: place) else { return nil }
        let parsed = ParsedText(bytes, file: path)
        parsed.problems.forEach(log.add)
        if !parsed.isWhole { log.noteGap() }
        return parsed.root
    }

    private func bytes(_ path: String, neededAt place: Place?) -> [UInt8]? {
        guard let bytes = files.read(path) else {
            log.addGap(
                "there is no file \(path)", at: place, hint: files.suggestion(for: path), rule: .missingFile)
            return nil
        }
        return bytes
    }
}

/// Gives tasks their numbers, in the order they are read.
final class Numbering {
    private var last = 0

    func next() -> Int {
        last += 1
        return last
    }
}
