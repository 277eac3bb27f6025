import Diagnostics
import Fleet
import Jinja
import Modules
import OrderedCollections
import YAML

/// Checks one play's tasks: their templates, variables, argument values, files and handlers.
struct TaskCheck {
    let play: Play
    let names: KnownNames
    let inventory: Inventory
    let templating: Templating
    let files: any ProjectFiles
    let log: ProblemLog
    private let definitions: Definitions
    /// What `notify` may name; nil when a handler's name holds a template, and any name may be one.
    private let handlerNames: Set<String>?

    init(
        play: Play, names: KnownNames, inventory: Inventory, templating: Templating, files: any ProjectFiles,
        log: ProblemLog
    ) {
        self.play = play
        self.names = names
        self.inventory = inventory
        self.templating = templating
        self.files = files
        self.log = log
        definitions = Definitions(play)
        let isOpen = play.handlers.contains { $0.name?.string.map(TemplatedText.isTemplated) == true }
        let known = play.handlers.flatMap { [$0.name?.string, $0.label].compactMap { $0 } + $0.keywords.listen }
        handlerNames = isOpen ? nil : Set(known)
    }

    /// The play's own variables may hold templates too: each must parse. What they refer to counts only where they are
    /// used, since they are evaluated when they are read.
    func variables(_ play: Play) {
        for nodes in definitions.all { for node in nodes { syntax(node) } }
    }

    private func syntax(_ node: Node) {
        switch node.content {
        case .sequence(let nodes): nodes.forEach(syntax)
        case .mapping(let entries): for entry in entries { syntax(entry.value) }
        case .scalar(let scalar):
            guard case .string(let text) = scalar.value, TemplatedText.isTemplated(text), !scalar.isUnsafe else {
                return
            }
            _ = log.collecting { try templating.templatedText(node, text) }
        }
    }

    func check(_ task: PlaybookTask) {
        let keywords = task.keywords
        let own = ownNames(task).union(guarded(by: keywords.when))
        let result = keywords.register.map { own.union([$0]) } ?? own
        for node in keywords.when { expression(node, own: own) }
        for node in keywords.changedWhen + keywords.failedWhen + keywords.until { expression(node, own: result) }
        let texts = [
            task.name, keywords.loop, keywords.become, keywords.becomeUser, keywords.delegateTo, keywords.ignoreErrors,
            keywords.noLog, keywords.checkMode, keywords.diff, keywords.retries, keywords.delay,
            keywords.delegateFacts, keywords.loopControl.label, keywords.loopControl.pause,
        ]
        for node in texts.compactMap({ $0 }) + keywords.environment + keywords.notify { text(node, own: own) }
        for node in keywords.vars.values { text(node, own: own) }
        for argument in task.arguments { self.argument(argument, of: task, own: own) }
        handlers(keywords)
        delegate(keywords)
        if task.isMeta { meta(task) }
    }

    /// Names that a condition provides for (`when: x is defined`): the task is skipped where they are not defined.
    private func guarded(by conditions: [Node]) -> Set<String> {
        let references = conditions.flatMap { (try? templating.expression($0))?.references ?? [] }
        return Set(references.filter(\.isGuarded).map(\.name))
    }

    /// Names that only this task's texts see.
    private func ownNames(_ task: PlaybookTask) -> Set<String> {
        var own = Set(task.keywords.vars.keys)
        if task.keywords.loop != nil {
            own.formUnion([task.keywords.loopControl.variable, "ansible_loop_var"])
            if let index = task.keywords.loopControl.indexVariable { own.insert(index) }
        }
        return own
    }

    private func argument(_ argument: PlaybookTask.Argument, of task: PlaybookTask, own: Set<String>) {
        switch argument.kind {
        case .expression, .list(.expression):
            for node in argument.value.sequence ?? [argument.value] { expression(node, own: own) }
        default: text(argument.value, own: own)
        }
        ValueCheck(task: task, log: log).check(argument)
        localFile(argument, of: task, own: own)
    }

    /// Files on the operator's machine must be there; templates must parse and use known variables.
    private func localFile(_ argument: PlaybookTask.Argument, of task: PlaybookTask, own: Set<String>) {
        guard let path = argument.value.string, !TemplatedText.isTemplated(path) else { return }
        let lookup = FileLookup(files: files, role: task.roleDirectory, playbook: play.directory)
        switch argument.kind {
        case .template:
            let found = log.collecting { try lookup.find(path, in: "templates", at: argument.value.place) }
            guard let found, let template = log.collecting({ try templating.template(found, options: .init()) }) else {
                return
            }
            references(template.references, own: own.union(TaskCheck.templateNames))
        case .localFile where !task.takesRemoteSource && !path.hasSuffix("/"):
            _ = log.collecting { try lookup.find(path, in: "files", at: argument.value.place) }
        default: return
        }
    }

    /// Names that the `template` module itself gives.
    private static let templateNames: Set<String> = [
        "template_path", "template_host", "template_uid", "template_run_date",
    ]

    private func expression(_ node: Node, own: Set<String>) {
        if case .bool = node.value { return }
        guard let parsed = log.collecting({ try templating.expression(node) }) else { return }
        references(parsed.references, own: own)
    }

    private func text(_ node: Node, own: Set<String>) {
        switch node.content {
        case .sequence(let nodes): for node in nodes { text(node, own: own) }
        case .mapping(let entries): for entry in entries { text(entry.value, own: own) }
        case .scalar(let scalar):
            guard case .string(let text) = scalar.value, TemplatedText.isTemplated(text), !scalar.isUnsafe else {
                return
            }
            guard let parsed = log.collecting({ try templating.templatedText(node, text) }) else { return }
            references(parsed.references, own: own)
        }
    }

    private func references(_ references: [Reference], own: Set<String>) {
        for reference in references where !reference.isGuarded {
            guard !own.contains(reference.name) else { continue }
            for node in definitions.firstUse(of: reference.name) { text(node, own: []) }
            guard !names.contains(reference.name) else { continue }
            log.add(
                "'\(reference.name)' is not defined anywhere", at: reference.place,
                hint: Suggestion.hint(for: reference.name, among: names.all.union(own)))
        }
    }

    private func handlers(_ keywords: Keywords) {
        guard let handlerNames else { return }
        for node in keywords.notify {
            guard let name = node.string, !TemplatedText.isTemplated(name), !handlerNames.contains(name) else {
                continue
            }
            log.add(
                "there is no handler '\(name)' in this play", at: node.place,
                hint: Suggestion.hint(for: name, among: handlerNames))
        }
    }

    private func delegate(_ keywords: Keywords) {
        guard let node = keywords.delegateTo, let name = node.string, !TemplatedText.isTemplated(name) else { return }
        guard inventory.hosts[name] == nil, !inventory.isImplicit(name) else { return }
        log.add(
            "delegate_to: there is no host '\(name)' in the inventory", at: node.place,
            hint: Suggestion.hint(for: name, among: inventory.hosts.keys))
    }

    private func meta(_ task: PlaybookTask) {
        guard let node = task.arguments.first?.value, let action = node.string else { return }
        guard !PlaybookTask.metaActions.contains(action) else { return }
        log.add(
            "meta: '\(action)' is not supported", at: node.place,
            hint: Suggestion.hint(for: action, among: PlaybookTask.metaActions)
                ?? "use one of \(PlaybookTask.metaActions.sorted().joined(separator: ", "))")
    }
}

extension PlaybookTask {
    /// `remote_src: true`: its `src` is a path on the host.
    var takesRemoteSource: Bool {
        arguments.contains { $0.name == "remote_src" && $0.value.value != .bool(false) }
            || ["ansible.builtin.file"].contains(module.spec.name)
    }
}

/// What a play and its roles define, and which of it is used.
private final class Definitions {
    private let nodes: [String: [Node]]
    private var used: Set<String> = []

    init(_ play: Play) {
        var nodes: [String: [Node]] = [:]
        let layers = [play.vars] + play.roles.flatMap { [$0.defaults, $0.vars] }
        for layer in layers { for (name, node) in layer { nodes[name, default: []].append(node) } }
        self.nodes = nodes
    }

    var all: [[Node]] { Array(nodes.values) }

    /// The definitions of a name that was not asked for before.
    func firstUse(of name: String) -> [Node] {
        used.insert(name).inserted ? nodes[name] ?? [] : []
    }
}
