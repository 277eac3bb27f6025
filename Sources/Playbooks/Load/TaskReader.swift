import Diagnostics
import Modules
import OrderedCollections
import YAML

/// Reads tasks, blocks and handlers.
struct TaskReader {
    let loader: PlaybookLoader
    /// The folder that imported task files are looked for in.
    let directory: String
    let roles: RoleCollection
    var role: Role?
    var depth = 0
    private var log: ProblemLog { loader.log }

    init(loader: PlaybookLoader, directory: String, roles: RoleCollection) {
        self.loader = loader
        self.directory = directory
        self.roles = roles
    }

    func items(_ nodes: [Node], inside outer: Keywords) -> [Item] {
        nodes.flatMap { items($0, inside: outer) }
    }

    func handlers(_ nodes: [Node], inside outer: Keywords) -> [PlaybookTask] {
        nodes.flatMap { node -> [PlaybookTask] in
            if node["block"] != nil {
                log.add("a handler can't be a block", at: node.place, hint: "let several handlers listen to one topic")
                return []
            }
            let tasks = items(node, inside: outer, known: KnownKeys.handler).allTasks
            for task in tasks where task.name == nil && task.keywords.listen.isEmpty {
                log.add("a handler needs a name", at: task.place, hint: "tasks notify it by its name")
            }
            return tasks
        }
    }

    private func items(_ node: Node, inside outer: Keywords, known: Set<String> = KnownKeys.task) -> [Item] {
        if node["block"] != nil { return block(node, inside: outer).map { [.block($0)] } ?? [] }
        for name in ["import_tasks", "import_role"] {
            for key in [name, "ansible.builtin." + name] {
                guard let value = node[key] else { continue }
                return imported(key, value, node, inside: outer, known: known)
            }
        }
        return task(node, inside: outer, known: known).map { [.task($0)] } ?? []
    }

    private func block(_ node: Node, inside outer: Keywords) -> Block? {
        let fields = Fields(
            node, what: "a block", known: KnownKeys.block, unsupported: KnownKeys.unsupportedInTask, log: log)
        guard let fields else { return nil }
        var own = keywords(fields)
        own.when = fields.list("when")
        own.notify = fields.list("notify")
        let merged = own.inside(outer)
        return Block(
            name: fields.string("name"), place: node.place, body: items(fields.list("block"), inside: merged),
            rescue: items(fields.list("rescue"), inside: merged), always: items(fields.list("always"), inside: merged))
    }

    private func imported(
        _ name: String, _ value: Node, _ node: Node, inside outer: Keywords, known taskKeys: Set<String>
    ) -> [Item] {
        let known = KnownKeys.shared.union(["when", name])
        let fields = Fields(
            node, what: name, known: known, unsupported: KnownKeys.unsupportedInImport, log: log)
        guard let fields else { return [] }
        var own = keywords(fields)
        own.when = fields.list("when")
        let merged = own.inside(outer)
        if name.hasSuffix("import_role") {
            return RoleReader(loader: loader, directory: loader.directory, roles: roles).imported(value, in: merged)
        }
        return importedTasks(value, inside: merged, known: taskKeys)
    }

    private func importedTasks(_ value: Node, inside merged: Keywords, known: Set<String>) -> [Item] {
        let named =
            value.mapping == nil ? value : Fields(value, what: "import_tasks", known: ["file"], log: log)?["file"]
        guard let file = named?.string else {
            log.add("import_tasks takes a file name", at: value.place)
            return []
        }
        guard depth < 16 else {
            log.add("task files import one another without end", at: value.place)
            return []
        }
        let path = ProjectPath.join(directory, file)
        guard let document = loader.document(path, neededAt: value.place) else { return [] }
        guard let nodes = document.sequence else {
            log.add("a list of tasks was expected, found \(document.value.kind)", at: document.place)
            return []
        }
        var reader = TaskReader(loader: loader, directory: ProjectPath.directory(of: path), roles: roles)
        reader.role = role
        reader.depth = depth + 1
        return nodes.flatMap { reader.items($0, inside: merged, known: known) }
    }

    private func task(_ node: Node, inside outer: Keywords, known: Set<String>) -> PlaybookTask? {
        guard let mapping = node.mapping else {
            log.add("expected a task, found \(node.value.kind)", at: node.place)
            return nil
        }
        let modules = mapping.filter { entry in
            guard let key = entry.key.string else { return true }
            return !known.contains(key) && KnownKeys.unsupportedInTask[key] == nil
        }
        guard let entry = moduleEntry(modules, of: node, known: known) else {
            _ = Fields(
                node, what: "a task", known: known.union(modules.compactMap(\.key.string)),
                unsupported: KnownKeys.unsupportedInTask, log: log)
            return nil
        }
        let allowed = known.union(modules.compactMap(\.key.string))
        let fields = Fields(
            node, what: "a task", known: allowed, unsupported: KnownKeys.unsupportedInTask, log: log)
        guard let fields, let name = entry.key.string, let module = loader.registry[name] else { return nil }
        let arguments = ArgumentReader(spec: module.spec, log: log).arguments(entry.value, args: fields["args"])
        return PlaybookTask(
            id: loader.numbering.next(), name: fields["name"], place: node.place, module: module, moduleName: name,
            modulePlace: entry.key.place, arguments: arguments, keywords: taskKeywords(fields).inside(outer),
            roleDirectory: role?.directory, roleName: role?.name)
    }

    /// The one entry that names the module; anything else is a mistake, told by what it most likely is.
    private func moduleEntry(_ modules: [Node.Entry], of node: Node, known: Set<String>) -> Node.Entry? {
        let found = modules.filter { entry in entry.key.string.map { loader.registry[$0] != nil } ?? false }
        for entry in modules where entry.key.string.map({ loader.registry[$0] == nil }) ?? true {
            let key = entry.key.string ?? "?"
            if let instead = KnownKeys.dynamic[key] {
                log.add("'\(key)' is not supported", at: entry.key.place, hint: instead)
                continue
            }
            if key.hasPrefix("with_") {
                log.add("'\(key)' is not supported", at: entry.key.place, hint: KnownKeys.loops)
                continue
            }
            let near = found.isEmpty ? loader.registry.names + Array(known) : Array(known) + loader.registry.names
            let what = found.isEmpty ? "unknown module '\(key)'" : "unknown key '\(key)' in a task"
            log.add(what, at: entry.key.place, hint: Suggestion.hint(for: key, among: near))
        }
        if modules.isEmpty, node["action"] == nil, node["local_action"] == nil {
            log.add("this task has no module", at: node.place, hint: "name one, as in 'file: path=… state=directory'")
        }
        if found.count > 1 {
            let names = found.compactMap(\.key.string).joined(separator: ", ")
            log.add("a task has one module, this one has \(names)", at: node.place)
        }
        return found.count == 1 ? found.first : nil
    }
}
