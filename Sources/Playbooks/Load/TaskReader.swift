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
    /// The task files being read, from the outermost one.
    var openFiles: [String] = []
    /// Names that the loops of includes around bind.
    var boundNames: Set<String> = []
    private var log: ProblemLog { loader.log }

    init(loader: PlaybookLoader, directory: String, roles: RoleCollection) {
        self.loader = loader
        self.directory = directory
        self.roles = roles
    }

    func items(_ nodes: [Node], inside outer: Keywords, known: Set<String> = KnownKeys.task) -> [Item] {
        nodes.flatMap { items($0, inside: outer, known: known) }
    }

    func handlers(_ nodes: [Node], inside outer: Keywords) -> [PlaybookTask] {
        nodes.flatMap { node -> [PlaybookTask] in
            if node["block"] != nil {
                log.addGap(
                    "a handler can't be a block", at: node.place, hint: "let several handlers listen to one topic")
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
        if let include = include(node, inside: outer, known: known) { return include }
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
            name: fields.string("name"), place: node.place, body: items(fields.tasks("block"), inside: merged),
            rescue: items(fields.tasks("rescue"), inside: merged), always: items(fields.tasks("always"), inside: merged)
        )
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
            return roleReader.imported(value, in: merged)
        }
        return importedTasks(value, inside: merged, known: taskKeys)
    }

    private func importedTasks(_ value: Node, inside merged: Keywords, known: Set<String>) -> [Item] {
        let named =
            value.mapping == nil ? value : Fields(value, what: "import_tasks", known: ["file"], log: log)?["file"]
        guard let file = named?.string else {
            log.addGap("import_tasks takes a file name", at: value.place, rule: .wrongType)
            return []
        }
        guard depth < 16 else {
            log.addGap("task files import one another without end", at: value.place)
            return []
        }
        let path = onlyCandidate(file) ?? ProjectPath.join(directory, file)
        guard let document = loader.document(path, neededAt: value.place) else { return [] }
        guard let nodes = document.sequence else {
            log.addGap(
                "a list of tasks was expected, found \(document.value.kind)", at: document.place, rule: .wrongType)
            return []
        }
        return reader(of: path).items(nodes, inside: merged, known: known)
    }

    /// A reader of another file of tasks, for the same role and play.
    func reader(of path: String) -> TaskReader {
        var reader = TaskReader(loader: loader, directory: ProjectPath.directory(of: path), roles: roles)
        reader.role = role
        reader.depth = depth + 1
        reader.openFiles = openFiles + [path]
        reader.boundNames = boundNames
        return reader
    }

    private func task(_ node: Node, inside outer: Keywords, known: Set<String>) -> PlaybookTask? {
        guard let mapping = node.mapping else {
            log.addGap("expected a task, found \(node.value.kind)", at: node.place, rule: .wrongType)
            return nil
        }
        let before = log.count
        let choice = ModuleChoice(mapping, in: loader.registry, keywords: known)
        choice.tell(log, of: node)
        let fields = Fields(
            node, what: "a task", known: known, besides: choice.keys, unsupported: KnownKeys.unsupportedInTask,
            log: log)
        guard let fields else { return nil }
        let name = choice.entry?.key.string ?? "?"
        let module = loader.registry[name]
        let reader = ArgumentReader(spec: (module ?? UnknownModule.self).spec, log: log)
        let arguments = choice.entry.map { reader.arguments($0.value, args: fields["args"]) } ?? []
        var task = PlaybookTask(
            id: loader.numbering.next(), name: fields["name"], place: node.place,
            module: module ?? UnknownModule.self, moduleName: name,
            modulePlace: choice.entry?.key.place ?? node.place, arguments: arguments,
            keywords: .init(), roleDirectory: role?.directory, roleName: role?.name, boundNames: boundNames)
        task.isMistaken = log.count > before
        task.keywords = taskKeywords(fields).inside(outer)
        return task
    }

    var roleReader: RoleReader {
        var reader = RoleReader(loader: loader, directory: loader.directory, roles: roles)
        reader.boundNames = boundNames
        return reader
    }
}
