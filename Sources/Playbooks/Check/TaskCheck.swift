import Diagnostics
import Fleet
import Jinja
import Modules
import OrderedCollections
import YAML

/// Checks one play's tasks: their templates, variables, argument values, files and handlers.
struct TaskCheck {
    let play: Play
    let inventory: Inventory?
    private(set) var texts: TextCheck
    let files: any ProjectFiles
    let log: ProblemLog
    private let handlers: HandlerCheck
    private let certain: CertainTasks?

    /// - Parameters:
    ///   - inventory: nil when it could not be read whole: then hosts are not judged.
    ///   - certain: the tasks that every run comes to; nil when the play may have no hosts.
    ///   - isOpen: whether there may be handlers that could not be read.
    init(
        play: Play, inventory: Inventory?, texts: TextCheck, files: any ProjectFiles, certain: CertainTasks?,
        isOpen: Bool, log: ProblemLog
    ) {
        self.certain = certain
        self.play = play
        self.inventory = inventory
        self.texts = texts
        self.files = files
        self.log = log
        handlers = HandlerCheck(play, isOpen: isOpen, log: log)
    }

    func check(_ task: PlaybookTask) {
        var inPlace = self
        inPlace.texts = texts.looking(in: [task.roleDirectory, play.directory].compactMap { $0 })
            .coming(always: certain?.contains(task) == true)
        inPlace.checkConditions(task)
        let runs = inPlace.texts.coming(always: task.keywords.when.isEmpty)
        if let loop = task.keywords.loop { runs.text(loop, own: names(seenBy: task)) }
        inPlace.texts = runs.coming(always: task.keywords.hasTurns)
        inPlace.checkTexts(task)
    }

    /// Only the first condition is read in every run.
    private func checkConditions(_ task: PlaybookTask) {
        let own = names(seenBy: task)
        for (index, node) in task.keywords.when.enumerated() {
            texts.coming(always: index == 0 && task.keywords.hasTurns).condition(node, own: own)
        }
    }

    private func checkTexts(_ task: PlaybookTask) {
        let keywords = task.keywords
        let own = names(seenBy: task)
        let result = keywords.register.map { own.union([$0]) } ?? own
        for node in keywords.changedWhen + keywords.failedWhen + keywords.until {
            texts.condition(node, own: result)
        }
        let nodes = [
            keywords.become, keywords.becomeUser, keywords.delegateTo, keywords.ignoreErrors,
            keywords.noLog, keywords.checkMode, keywords.diff, keywords.retries, keywords.delay,
            keywords.delegateFacts, keywords.throttle, keywords.loopControl.label, keywords.loopControl.pause,
        ]
        for node in nodes.compactMap({ $0 }) + keywords.environment + keywords.notify { texts.text(node, own: own) }
        // A name is shown as it stands where it can't be told, and variables are read where they are used.
        let perhaps = texts.coming(always: false)
        if let name = task.name { perhaps.text(name, own: own) }
        // Those of a block or an include may be meant for others of its tasks.
        for node in keywords.allVars.values { perhaps.text(node, own: own.union(MagicVariables.ofPlaces)) }
        let before = log.count
        for argument in task.arguments { self.argument(argument, of: task, own: own) }
        if !task.isMeta, !task.isMistaken, log.count == before { ArgumentsCheck(log: log).check(task) }
        KeywordCheck(log: log).check(keywords)
        handlers.check(keywords)
        delegate(keywords)
        if task.isMeta { meta(task) }
        RoleArgumentCheck(play: play, names: texts.names, log: log).check(task)
    }

    private func names(seenBy task: PlaybookTask) -> Set<String> {
        ownNames(task).union(texts.guarded(by: task.keywords.when))
    }

    /// Names that only this task's texts see.
    private func ownNames(_ task: PlaybookTask) -> Set<String> {
        var own = task.boundNames.union(task.keywords.allVars.keys).union(MagicVariables.ofPlace(task))
        if task.keywords.loop != nil {
            own.formUnion([task.keywords.loopControl.variable, "ansible_loop_var"])
            if let index = task.keywords.loopControl.indexVariable { own.formUnion([index, "ansible_index_var"]) }
        }
        return own
    }

    private func argument(_ argument: PlaybookTask.Argument, of task: PlaybookTask, own: Set<String>) {
        switch argument.kind {
        case .expression, .list(.expression):
            for node in argument.value.sequence ?? [argument.value] { texts.expression(node, own: own) }
        default: texts.text(argument.value, own: own)
        }
        if !task.isMeta { ValueCheck(task: task, log: log).check(argument) }
        localFile(argument, of: task, own: own)
    }

    /// Files on the operator's machine must be there; templates must parse and use known variables.
    private func localFile(_ argument: PlaybookTask.Argument, of task: PlaybookTask, own: Set<String>) {
        guard argument.kind == .template || argument.kind == .localFile, let path = argument.value.string,
            !TemplatedText.isTemplated(path)
        else { return }
        let lookup = FileLookup(files: files, role: task.roleDirectory, playbook: play.directory)
        switch argument.kind {
        case .template:
            let found = log.collecting(.missingFile) {
                try lookup.find(path, in: "templates", at: argument.value.place)
            }
            if let found { texts.inside(found).template(found, own: own.union(TemplateVariables.names)) }
        case .localFile where !task.takesRemoteSource:
            let place = argument.value.place
            _ = log.collecting(.missingFile) {
                try lookup.files(below: path, in: "files", at: place)?.first
                    ?? lookup.find(path, in: "files", at: place)
            }
        default: return
        }
    }

    private func delegate(_ keywords: Keywords) {
        guard let inventory, let node = keywords.delegateTo, let name = node.string,
            !TemplatedText.isTemplated(name), inventory.hosts[name] == nil, !inventory.isImplicit(name)
        else { return }
        log.add(
            "delegate_to: there is no host '\(name)' in the inventory", at: node.place,
            hint: Suggestion.hint(for: name, among: inventory.hosts.keys), rule: .unknownHost)
    }

    private func meta(_ task: PlaybookTask) {
        guard let node = task.arguments.first?.value, let action = node.string else { return }
        guard !PlaybookTask.metaActions.contains(action) else { return }
        log.add(
            "meta: '\(action)' is not supported", at: node.place,
            hint: Suggestion.hint(for: action, among: PlaybookTask.metaActions)
                ?? "use one of \(PlaybookTask.metaActions.sorted().joined(separator: ", "))", rule: .notSupported)
    }
}

extension PlaybookTask {
    /// `remote_src: true`: its `src` is a path on the host.
    var takesRemoteSource: Bool {
        arguments.contains { $0.name == "remote_src" && $0.value.value != .bool(false) }
            || ["ansible.builtin.file"].contains(module.spec.name)
    }
}
