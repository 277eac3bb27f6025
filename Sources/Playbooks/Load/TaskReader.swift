import Diagnostics
import Modules
import OrderedCollections
import YAML

/// Reads tasks, blocks and handlers.
struct TaskReader {
    let loader: PlaybookLoader
    /// The folder that imported task files are looked for in.
    let directory: String
    var role: Role?
    var depth = 0
    private var log: ProblemLog { loader.log }

    init(loader: PlaybookLoader, directory: String) {
        self.loader = loader
        self.directory = directory
    }

    func items(_ nodes: [Node], inside outer: Keywords) -> [Item] {
        nodes.flatMap { items($0, inside: outer) }
    }

    func handlers(_ nodes: [Node], inside outer: Keywords) -> [PlaybookTask] {
        nodes.compactMap { node in
            guard let task = task(node, inside: outer, known: KnownKeys.handler) else { return nil }
            if task.name == nil, task.keywords.listen.isEmpty {
                log.add("a handler needs a name", at: node.place, hint: "tasks notify it by its name")
            }
            return task
        }
    }

    private func items(_ node: Node, inside outer: Keywords) -> [Item] {
        if node["block"] != nil { return block(node, inside: outer).map { [.block($0)] } ?? [] }
        for name in ["import_tasks", "import_role"] {
            if let value = node[name] ?? node["ansible.builtin." + name] {
                return imported(name, value, node, inside: outer)
            }
        }
        return task(node, inside: outer, known: KnownKeys.task).map { [.task($0)] } ?? []
    }

    private func block(_ node: Node, inside outer: Keywords) -> Block? {
        let fields = Fields(
            node, what: "a block", known: KnownKeys.block, unsupported: KnownKeys.unsupportedInTask, log: log)
        guard let fields else { return nil }
        var own = keywords(fields)
        own.when = fields.list("when")
        let merged = own.inside(outer)
        return Block(
            name: fields.string("name"), place: node.place, body: items(fields.list("block"), inside: merged),
            rescue: items(fields.list("rescue"), inside: merged), always: items(fields.list("always"), inside: merged))
    }

    private func imported(_ name: String, _ value: Node, _ node: Node, inside outer: Keywords) -> [Item] {
        let known = KnownKeys.shared.union(["when", name, "ansible.builtin." + name])
        guard let fields = Fields(node, what: name, known: known, log: log) else { return [] }
        var own = keywords(fields)
        own.when = fields.list("when")
        let merged = own.inside(outer)
        if name == "import_role" {
            guard let role = value["name"] ?? value["role"] else {
                log.add("import_role needs 'name'", at: value.place)
                return []
            }
            return RoleReader(loader: loader, directory: directory).role(role, in: merged)?.tasks ?? []
        }
        return importedTasks(value, inside: merged)
    }

    private func importedTasks(_ value: Node, inside merged: Keywords) -> [Item] {
        guard let file = value.string ?? value["file"]?.string else {
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
        var reader = TaskReader(loader: loader, directory: ProjectPath.directory(of: path))
        reader.role = role
        reader.depth = depth + 1
        return reader.items(nodes, inside: merged)
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
        guard let entry = moduleEntry(modules, of: node, known: known) else { return nil }
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
            let near = found.isEmpty ? loader.registry.names + Array(known) : Array(known) + loader.registry.names
            let what = found.isEmpty ? "unknown module '\(key)'" : "unknown key '\(key)' in a task"
            log.add(what, at: entry.key.place, hint: Suggestion.hint(for: key, among: near))
        }
        if modules.isEmpty {
            log.add("this task has no module", at: node.place, hint: "name one, as in 'file: path=… state=directory'")
        }
        if found.count > 1 {
            let names = found.compactMap(\.key.string).joined(separator: ", ")
            log.add("a task has one module, this one has \(names)", at: node.place)
        }
        return found.count == 1 ? found.first : nil
    }
}
