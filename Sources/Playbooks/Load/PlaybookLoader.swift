import Diagnostics
package import Modules
import YAML

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
        let playbook = Playbook(file: path, directory: ProjectPath.directory(of: path), plays: plays(of: path))
        try log.throwIfAny()
        return playbook
    }

    private func plays(of path: String, depth: Int = 0, importedAt place: Place? = nil) -> [Play] {
        guard depth < 16 else {
            log.add("playbooks import one another without end", at: place)
            return []
        }
        guard let document = document(path, neededAt: place) else { return [] }
        guard let nodes = document.sequence else {
            log.add(
                "a playbook is a list of plays, found \(document.value.kind)", at: document.place,
                hint: "begin the file with '- hosts: …'")
            return []
        }
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
                log.add("import_playbook takes a file name", at: imported.place)
                return []
            }
            let target = ProjectPath.join(ProjectPath.directory(of: path), file)
            return plays(of: target, depth: depth + 1, importedAt: imported.place)
        }
    }

    /// A file's YAML; nil when it is empty or can't be read, which is logged.
    func document(_ path: String, neededAt place: Place?) -> Node? {
        guard let text = text(path, neededAt: place) else { return nil }
        return log.collecting { try Node.parse(text, file: path) } ?? nil
    }

    private func text(_ path: String, neededAt place: Place?) -> String? {
        guard let bytes = files.read(path) else {
            log.add("there is no file \(path)", at: place, hint: files.suggestion(for: path))
            return nil
        }
        let text = String(decoding: bytes, as: UTF8.self)
        log.remember(text, of: path)
        return text
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
