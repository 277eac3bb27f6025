import Diagnostics
import Jinja
import OrderedCollections
import YAML

/// What templates reach besides variables: files beside the playbook, and the lookups that need them.
struct JinjaEnvironment: Environment {
    let files: any ProjectFiles
    /// Folders that relative names are looked for in; the first wins.
    let folders: [String]
    /// Those that templates which other templates name are looked for in before.
    private var templateFolders: [String] = []

    init(files: any ProjectFiles, folders: [String] = ["."]) {
        self.files = files
        self.folders = folders
    }

    func loadTemplate(_ name: String) throws -> (text: String, file: String)? {
        guard let path = templatePath(name), let bytes = files.read(path) else { return nil }
        return (try String(utf8: bytes, file: path), path)
    }

    /// Where the template of that name is; nil when there is none.
    func templatePath(_ name: String) -> String? {
        (templateFolders + folders).flatMap { [ProjectPath.join($0, "templates/" + name), ProjectPath.join($0, name)] }
            .first(where: files.exists)
    }

    /// The same for what a template names, and what that names in turn: beside the outermost template, in the role, in
    /// the playbook's folder.
    func inside(_ template: String, roots: [String]) -> JinjaEnvironment {
        guard templateFolders.isEmpty else { return self }
        var copy = self
        copy.templateFolders = [ProjectPath.directory(of: template)] + roots
        return copy
    }

    func inside(_ template: String, in scope: any Scope) throws -> JinjaEnvironment {
        inside(template, roots: try Self.roots(scope))
    }

    func lookup(_ kind: String, _ arguments: [Value], options: ValueMap, in scope: any Scope) throws -> [Value] {
        let lookup = FileSearch(kind: kind, files: files, folders: try searched(scope))
        return switch kind {
        case "file": try arguments.map { try file($0, lookup, options) }
        case "template": try arguments.map { try template($0, lookup, options, scope) }
        case "fileglob": try arguments.flatMap { lookup.matching(try lookup.name($0)).map(Value.string) }
        case "first_found": try lookup.firstFound(arguments, options).map { [.string($0)] } ?? []
        default: try PlainEnvironment().lookup(kind, arguments, options: options, in: scope)
        }
    }

    /// The role's folder, the playbook's, and what was given.
    private func searched(_ scope: any Scope) throws -> [String] {
        try Self.roots(scope) + folders
    }

    private static func roots(_ scope: any Scope) throws -> [String] {
        try ["role_path", "playbook_dir"].compactMap { try scope.value(of: $0)?.string }
    }

    private func file(_ name: Value, _ lookup: FileSearch, _ options: ValueMap) throws -> Value {
        var text = try lookup.text(lookup.name(name), in: "files").text
        if try lookup.flag("lstrip", options) ?? false { text = String(text.drop(while: \.isWhitespace)) }
        if try lookup.flag("rstrip", options) ?? true { while text.last?.isWhitespace == true { text.removeLast() } }
        return .string(text)
    }

    private func template(
        _ name: Value, _ lookup: FileSearch, _ options: ValueMap, _ scope: any Scope
    ) throws -> Value {
        let name = try lookup.name(name)
        let (path, text) = try lookup.text(name, in: "templates")
        let template = try Template(
            text, origin: TextOrigin(file: path), options: try lookup.templateOptions(options))
        let own = try variables(of: name, at: path, lookup, options, scope)
        return .string(
            try template.render(
                in: (scope as? VariableScope)?.adding(own) ?? scope, environment: try inside(path, in: scope)))
    }

    /// What a template that is looked up sees besides the variables around: its own names, then what it is given.
    private func variables(
        of name: String, at path: String, _ lookup: FileSearch, _ options: ValueMap, _ scope: any Scope
    ) throws -> Bindings {
        var own = TemplateVariables(name, at: path, destination: nil, files: files).bindings
        if try scope.value(of: "ansible_managed") == nil { own["ansible_managed"] = TemplateVariables.managed }
        let given = options["template_vars"] ?? [:]
        guard case .map(let given) = given else { throw lookup.mismatch("template_vars", "a mapping", given) }
        return own.merging(Bindings(values: given)) { _, given in given }
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

    /// Where the file is; nil when there is none.
    func path(_ name: String, in part: String) -> String? { places(name, part).first(where: files.exists) }

    func text(_ name: String, in part: String) throws -> (path: String, text: String) {
        for place in places(name, part) {
            if let bytes = files.read(place) { return (place, try String(utf8: bytes, file: place)) }
        }
        throw Problem("lookup('\(kind)', …): there is no file \(name)")
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
    /// - Returns: nil when there is none and `skip` allows that.
    func firstFound(_ terms: [Value], _ options: ValueMap) throws -> String? {
        let names = try terms.flatMap { try candidates($0) } + (try candidates(.map(options)))
        for name in names {
            if let found = everyPlace(name).first(where: files.exists) { return found }
        }
        if ([.map(options)] + terms).contains(where: mayFindNothing) { return nil }
        throw Problem(
            "lookup('first_found', …): there is no file \(names.joined(separator: ", "))",
            hint: "give it skip=true if that is allowed")
    }

    /// Whether `skip` is on, among the options or in a term.
    private func mayFindNothing(_ term: Value) -> Bool {
        switch term {
        case .list(let items): items.contains(where: mayFindNothing)
        case .map(let map): map["skip"]?.bool ?? ["yes", "true", "on", "1"].contains(map["skip"]?.string?.lowercased())
        default: false
        }
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

    /// The role's before the playbook's.
    private func everyPlace(_ name: String) -> [String] {
        if name.hasPrefix("/") { return [name] }
        return folders.flatMap { folder in
            ["files/", "vars/", "tasks/", "templates/", ""].map { ProjectPath.join(folder, $0 + name) }
        }
    }

    private func places(_ name: String, _ part: String) -> [String] {
        if name.hasPrefix("/") { return [name] }
        return folders.flatMap { [ProjectPath.join($0, part + "/" + name), ProjectPath.join($0, name)] }
    }
}
