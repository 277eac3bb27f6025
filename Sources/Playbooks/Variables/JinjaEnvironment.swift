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
        let lookup = FileSearch(kind: kind, files: files, folders: try searched(scope))
        return switch kind {
        case "file": try arguments.map { try file($0, lookup, options) }
        case "template": try arguments.map { try template($0, lookup, scope) }
        case "fileglob": try arguments.flatMap { lookup.matching(try lookup.name($0)).map(Value.string) }
        case "first_found": [.string(try lookup.firstFound(arguments, options))]
        default: try PlainEnvironment().lookup(kind, arguments, options: options, in: scope)
        }
    }

    /// The role's folder, the playbook's, and what was given.
    private func searched(_ scope: any Scope) throws -> [String] {
        try ["role_path", "playbook_dir"].compactMap { try scope.value(of: $0)?.string } + folders
    }

    private func file(_ name: Value, _ lookup: FileSearch, _ options: ValueMap) throws -> Value {
        var text = String(decoding: try lookup.read(lookup.name(name), in: "files"), as: UTF8.self)
        if options["rstrip"] != .bool(false) { while text.last?.isWhitespace == true { text.removeLast() } }
        return .string(text)
    }

    private func template(_ name: Value, _ lookup: FileSearch, _ scope: any Scope) throws -> Value {
        let name = try lookup.name(name)
        let text = String(decoding: try lookup.read(name, in: "templates"), as: UTF8.self)
        return .string(
            try Template(text, origin: TextOrigin(file: name), options: TemplateOptions(trimBlocks: true))
                .render(in: scope, environment: self))
    }
}

/// Where a lookup finds its files: in the folders' `files/`, `templates/` and the like, then in the folders themselves.
struct FileSearch {
    let kind: String
    let files: any ProjectFiles
    let folders: [String]

    func name(_ value: Value) throws -> String {
        guard let name = value.string else { throw Problem("lookup('\(kind)', …) takes a path, not \(value.kind)") }
        return name
    }

    func read(_ name: String, in part: String) throws -> [UInt8] {
        guard let bytes = places(name, part).lazy.compactMap(files.read).first else {
            throw Problem("lookup('\(kind)', …): there is no file \(name)")
        }
        return bytes
    }

    /// The files whose names fit, of the first folder that has any.
    func matching(_ pattern: String) -> [String] {
        places(pattern, "files").lazy.map { path in
            let folder = ProjectPath.directory(of: path)
            return files.list(folder).sorted().filter { NamePattern.matches(ProjectPath.name(of: path), $0) }
                .map { ProjectPath.join(folder, $0) }.filter(files.exists)
        }.first { !$0.isEmpty } ?? []
    }

    /// The first file that is there, of names, lists of them, or mappings with `files` and `paths`.
    func firstFound(_ terms: [Value], _ options: ValueMap) throws -> String {
        let names = try terms.flatMap { try candidates($0) } + (try candidates(.map(options)))
        for name in names {
            for part in ["files", "vars", "tasks", "templates"] {
                if let found = places(name, part).first(where: files.exists) { return found }
            }
        }
        throw Problem("lookup('first_found', …): there is no file \(names.joined(separator: ", "))")
    }

    private func candidates(_ term: Value) throws -> [String] {
        switch term {
        case .string(let text): return [text]
        case .list(let items): return try items.flatMap(candidates)
        case .map(let map):
            let names = try map["files"].map(candidates) ?? []
            let paths = try map["paths"].map(candidates) ?? []
            return paths.isEmpty ? names : paths.flatMap { path in names.map { path + "/" + $0 } }
        default: throw Problem("lookup('first_found', …) takes file names, not \(term.kind)")
        }
    }

    private func places(_ name: String, _ part: String) -> [String] {
        if name.hasPrefix("/") { return [name] }
        return folders.flatMap { [ProjectPath.join($0, part + "/" + name), ProjectPath.join($0, name)] }
    }
}
