import Diagnostics
import Jinja
import OrderedCollections
import YAML

/// The roles that a play names or imports, each once, with their handlers.
final class RoleCollection {
    private(set) var roles: [Role] = []
    private(set) var handlers: [PlaybookTask] = []
    /// Those of roles that are only included: they come after the play's own.
    private(set) var includedHandlers: [PlaybookTask] = []
    /// Roles being read, from the outermost one: a role that depends on itself would have no end.
    fileprivate var open: [String] = []
    /// Entries of `roles:` and of dependencies that were read: the same entry runs once.
    fileprivate var listed: Set<Value> = []
    /// Those that an include may have run before.
    fileprivate var included: Set<Value> = []
    private var includes = 0

    /// Reads what an include may choose: whether that is ever run is not known, so what it lists counts for itself only.
    func apart<Result>(_ read: () -> Result) -> Result {
        let before = listed
        includes += 1
        defer {
            includes -= 1
            included.formUnion(listed.subtracting(before))
            listed = before
        }
        return read()
    }

    /// Whether it is known only in the run if the entry was run already.
    fileprivate func mayHaveRun(_ entry: Value) -> Bool { includes > 0 || included.contains(entry) }

    /// Of a role that is named twice, the handlers of the last time count, with that entry's conditions.
    fileprivate func add(_ role: Role, handlers added: [PlaybookTask], isIncluded: Bool) {
        if let known = roles.firstIndex(where: { $0.name == role.name }) {
            if role.isPublic { roles[known].isPublic = true }
        } else {
            roles.append(role)
        }
        includedHandlers.removeAll { $0.roleName == role.name }
        if isIncluded, !handlers.contains(where: { $0.roleName == role.name }) { return includedHandlers += added }
        handlers.removeAll { $0.roleName == role.name }
        handlers += added
    }
}

/// Reads a role: its dependencies, its defaults and variables, its tasks and handlers.
struct RoleReader {
    let loader: PlaybookLoader
    /// The playbook's folder: roles stand in its `roles/`, or in `roles/` beside the project.
    let directory: String
    let roles: RoleCollection
    /// Names that the loops of includes around bind.
    var boundNames: Set<String> = []
    /// It is read for an include.
    private var isIncluded = false
    private var log: ProblemLog { loader.log }

    init(loader: PlaybookLoader, directory: String, roles: RoleCollection) {
        self.loader = loader
        self.directory = directory
        self.roles = roles
    }

    /// An entry of `roles:` or of a role's dependencies; the same entry twice runs once, unless the role allows more.
    func listed(_ node: Node, in outer: Keywords) -> [Item] {
        if allowsDuplicates(node) { return entry(node, in: outer) }
        guard roles.listed.insert(node.value).inserted else { return [] }
        let isOpen = roles.mayHaveRun(node.value)
        let items = entry(node, in: outer)
        guard isOpen, !items.isEmpty else { return items }
        return [.block(Block(place: node.place, body: items, rescue: [], always: [], entry: node.value))]
    }

    private func allowsDuplicates(_ node: Node) -> Bool {
        guard let name = node.string ?? node["role"]?.string ?? node["name"]?.string, let home = home(of: name)
        else { return false }
        return metadata(home).allowsDuplicates
    }

    private func entry(_ node: Node, in outer: Keywords) -> [Item] {
        if let name = node.string { return role(named: name, at: node.place, keywords: outer) }
        let parameters = parameters(node)
        let fields = Fields(
            node, what: "a role", known: KnownKeys.role, besides: Set(parameters.keys),
            unsupported: KnownKeys.unsupportedInTask, log: log)
        guard let fields else { return [] }
        guard let name = fields.string("role") ?? fields.string("name") else {
            log.addGap("a role needs its name", at: node.place, hint: "write '- role: NAME'")
            return []
        }
        var keywords = TaskReader(loader: loader, directory: directory, roles: roles).keywords(fields)
        keywords.when = fields.list("when")
        // As in Ansible, they stand above what tasks set, where `vars` stands below it.
        if !parameters.isEmpty { keywords.includeVars = [parameters] }
        return role(named: name, at: node.place, keywords: keywords.inside(outer))
    }

    /// What an entry gives its role beside the keys that are known: Ansible's older form of `vars`. What looks like a
    /// mistyped key is none.
    private func parameters(_ node: Node) -> RawVariables {
        var parameters: RawVariables = [:]
        for entry in node.mapping ?? [] {
            guard let name = entry.key.string, name.isVariableName, !KnownKeys.role.contains(name),
                KnownKeys.unsupportedInTask[name] == nil,
                Suggestion.nearest(to: name, among: KnownKeys.role) == nil
            else { continue }
            parameters[name] = entry.value
        }
        return parameters
    }

    /// What stands behind `import_role`.
    func imported(_ node: Node, in outer: Keywords) -> [Item] {
        let fields = Fields(
            node, what: "import_role", known: ["name", "role", "tasks_from"],
            unsupported: KnownKeys.unsupportedInRole, log: log)
        guard let fields else { return [] }
        guard let name = fields.string("name") ?? fields.string("role") else {
            log.addGap("import_role needs 'name'", at: node.place, rule: .missingArgument)
            return []
        }
        return role(named: name, at: node.place, keywords: outer, tasks: fields.string("tasks_from") ?? "main")
    }

    /// What stands behind `include_role`: every role that its name may mean.
    func included(
        _ arguments: [PlaybookTask.Argument], at place: Place, in keywords: Keywords
    ) -> OrderedDictionary<String, [Item]> {
        func text(_ name: String) -> String? { arguments.first { $0.name == name }?.value.string }
        guard let name = text("name") else { return [:] }
        let isPublic = arguments.first { $0.name == "public" }?.value.value == .bool(true)
        let entry = text("tasks_from") ?? "main"
        let isOpen = TemplatedText.isTemplated(name)
        let pattern = name.replacing(/\{\{.*?\}\}/, with: "*")
        let names =
            isOpen ? roots.flatMap(loader.files.list).filter { NamePattern.matches(pattern, $0) }.sorted() : [name]
        if names.isEmpty { log.addGap("no role is named '\(name)'", at: place, rule: .missingFile) }
        if TemplatedText.isTemplated(entry) {
            log.addGap(
                "tasks_from: '\(entry)' has a template in it", at: place,
                hint: "choose by 'when', or in the role with include_tasks", rule: .notSupported)
        }
        var choices: OrderedDictionary<String, [Item]> = [:]
        var reader = self
        reader.isIncluded = true
        // Which of them is meant, and so with which variables, is not known.
        if names.count > 1 { reader.boundNames.insert(TextCheck.anything) }
        for name in names where !isOpen || (home(of: name) != nil && !roles.open.contains(name)) {
            choices[name] = roles.apart {
                reader.role(named: name, at: place, keywords: keywords, tasks: entry, isPublic: isPublic)
            }
        }
        return choices
    }

    private func role(
        named name: String, at place: Place, keywords: Keywords, tasks entry: String = "main", isPublic: Bool = true
    ) -> [Item] {
        guard let home = home(of: name) else {
            let known = roots.flatMap { loader.files.list($0) }
            log.addGap(
                "there is no role '\(name)' in \(roots.joined(separator: " or "))", at: place,
                hint: Suggestion.hint(for: name, among: known), rule: .missingFile)
            return []
        }
        guard !roles.open.contains(name) else {
            log.add(
                "the role '\(name)' needs itself: \((roles.open + [name]).joined(separator: " → "))", at: place)
            return []
        }
        roles.open.append(name)
        defer { roles.open.removeLast() }
        return read(
            Role(
                name: name, directory: home, defaults: variables(home, "defaults"), vars: variables(home, "vars"),
                isPublic: isPublic),
            keywords: keywords, entry: entry, at: place)
    }

    private func read(_ role: Role, keywords: Keywords, entry: String, at place: Place) -> [Item] {
        let home = role.directory
        let first = metadata(home).dependencies.flatMap { listed($0, in: keywords) }
        var reader = TaskReader(loader: loader, directory: home + "/tasks", roles: roles)
        reader.role = role
        reader.boundNames = boundNames
        reader.openFiles = file(home, "tasks", entry).map { [$0] } ?? []
        if entry != "main", file(home, "tasks", entry) == nil {
            log.addGap("the role '\(role.name)' has no tasks/\(entry).yml", at: place, rule: .missingFile)
        }
        var handlerReader = TaskReader(loader: loader, directory: home + "/handlers", roles: roles)
        handlerReader.role = role
        handlerReader.boundNames = boundNames
        roles.add(
            role, handlers: handlerReader.handlers(nodes(home, "handlers", "main"), inside: keywords),
            isIncluded: isIncluded)
        let check = ArgumentSpecReader(loader: loader, role: role).task(for: entry, keywords: keywords, at: place)
        return first + (check.map { [.task($0)] } ?? [])
            + reader.items(nodes(home, "tasks", entry), inside: keywords)
    }

    private func metadata(_ home: String) -> RoleMetadata {
        RoleMetadata(RoleFiles(home: home, files: loader.files), loader: loader)
    }

    private var roots: [String] { [ProjectPath.join(directory, "roles"), ProjectPath.join(directory, "../roles")] }

    private func home(of name: String) -> String? {
        roots.map { ProjectPath.join($0, name) }.first { home in
            let role = RoleFiles(home: home, files: loader.files)
            return ["tasks", "handlers", "meta"].contains { role.file($0, "main") != nil }
                || ["defaults", "vars"].contains { !role.variableFiles($0).isEmpty }
        }
    }

    private func file(_ home: String, _ part: String, _ name: String) -> String? {
        RoleFiles(home: home, files: loader.files).file(part, name)
    }

    private func variables(_ home: String, _ part: String) -> RawVariables {
        RoleFiles(home: home, files: loader.files).variableFiles(part).reduce(into: [:]) { variables, path in
            guard let node = loader.document(path, neededAt: nil) else { return }
            variables.merge(RawVariables(variablesOf: node, log: log)) { _, later in later }
        }
    }

    private func nodes(_ home: String, _ part: String, _ name: String) -> [Node] {
        guard let path = file(home, part, name), let node = loader.document(path, neededAt: nil) else { return [] }
        guard let nodes = node.sequence else {
            log.addGap("a list of tasks was expected, found \(node.value.kind)", at: node.place, rule: .wrongType)
            return []
        }
        return nodes
    }
}
