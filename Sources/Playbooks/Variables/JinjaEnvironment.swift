import Diagnostics
import Jinja
import OrderedCollections
import YAML

/// What templates reach besides variables: files beside the playbook, and the lookups that need them.
struct JinjaEnvironment: Environment {
    let files: any ProjectFiles
    /// Folders that relative names are looked for in; the first wins.
    let folders: [String]

    init(files: any ProjectFiles, folders: [String] = ["."]) {
        self.files = files
        self.folders = folders
    }

    func loadTemplate(_ name: String) throws -> (text: String, file: String)? {
        let candidates = folders.flatMap { [ProjectPath.join($0, "templates/" + name), ProjectPath.join($0, name)] }
        for path in candidates {
            if let bytes = files.read(path) { return (String(decoding: bytes, as: UTF8.self), path) }
        }
        return nil
    }

    func lookup(_ kind: String, _ arguments: [Value], options: ValueMap, in scope: any Scope) throws -> [Value] {
        switch kind {
        case "file", "ansible.builtin.file": try arguments.map(file)
        default: try PlainEnvironment().lookup(kind, arguments, options: options, in: scope)
        }
    }

    private func file(_ argument: Value) throws -> Value {
        guard let name = argument.string else { throw Problem("lookup('file', …) takes a path") }
        let candidates = folders.flatMap { [ProjectPath.join($0, "files/" + name), ProjectPath.join($0, name)] }
        guard let bytes = candidates.lazy.compactMap(files.read).first else {
            throw Problem("lookup('file', …): there is no file \(name)")
        }
        var text = String(decoding: bytes, as: UTF8.self)
        while text.last?.isWhitespace == true { text.removeLast() }
        return .string(text)
    }
}
