import Diagnostics
import Fleet
import Jinja
import Modules
import YAML

/// Private keys that stand in files of the project which tasks copy or render.
struct SourceKeys {
    let play: Play
    let files: any ProjectFiles
    /// Keys are small: what is larger is not read for them.
    private static let largest = 1 << 20

    init(play: Play, files: any ProjectFiles) {
        self.play = play
        self.files = files
    }

    func keys(of task: PlaybookTask) -> [ClearTextSecret] {
        task.arguments.flatMap { argument -> [ClearTextSecret] in
            guard let path = argument.value.string, !TemplatedText.isTemplated(path) else { return [] }
            return sources(path, of: argument, in: task).flatMap(keys)
        }
    }

    private func sources(_ path: String, of argument: PlaybookTask.Argument, in task: PlaybookTask) -> [String] {
        let lookup = FileLookup(files: files, role: task.roleDirectory, playbook: play.directory)
        switch argument.kind {
        case .template: return (try? lookup.find(path, in: "templates", at: nil)).map { [$0] } ?? []
        case .localFile where !task.takesRemoteSource:
            let below = (try? lookup.files(below: path, in: "files", at: nil)) ?? nil
            guard let below else { return (try? lookup.find(path, in: "files", at: nil)).map { [$0] } ?? [] }
            return below.compactMap { name in
                try? lookup.find(path.hasSuffix("/") ? path + name : "\(path)/\(name)", in: "files", at: nil)
            }
        default: return []
        }
    }

    /// What only its owner can read is no file that a repository has brought, as with inventories.
    private func keys(in file: String) -> [ClearTextSecret] {
        guard isOfProject(file), files.mode(file).map({ $0 & 0o077 == 0 }) != true,
            let bytes = files.read(file), bytes.count <= Self.largest
        else { return [] }
        return PlainSecrets.privateKeys(in: bytes).map { key in
            let line = bytes[..<key.lowerBound].count { $0 == UInt8(ascii: "\n") } + 1
            return ClearTextSecret(
                name: ProjectPath.name(of: file), text: "-----BEGIN", place: Place(file: file, line: line, column: 1))
        }
    }

    private func isOfProject(_ file: String) -> Bool {
        if !file.hasPrefix("/") { return !file.hasPrefix("../") }
        let folder = play.directory
        let root = ProjectPath.name(of: folder) == "playbooks" ? ProjectPath.directory(of: folder) : folder
        return file.hasPrefix(root + "/")
    }
}
