import Diagnostics
import Fleet
import Jinja
import Modules
import OrderedCollections
import Remote
import YAML

/// Makes a task's module from its arguments as they are for one host and one item: no host is asked.
struct Preparation: Sendable {
    let task: PlaybookTask
    let context: PlayContext
    /// The host whose variables count.
    let host: String
    /// The variables, loop item included.
    let source: ScopeSource

    private var site: Site { context.site }

    /// A module ready to be run, and where and as whom.
    struct Prepared: Sendable {
        var module: any Module
        var account: Become?
        /// `environment:` as lines of shell, for every fragment.
        var exports: Shell?
        var timeout: Duration?
        var words = TaskWords()
        /// As people may see them, where they asked to.
        var shown: Value?
    }

    /// What the task's conditions come to.
    enum Decision {
        case met
        case unmet(Node)
        /// In check mode: one that asks whether it is does not hold, so that a run may do what a plan does not.
        case unmetInCheckMode(Node)
        /// In check mode: the tasks that they hang on.
        case hanging([String])
    }

    init(task: PlaybookTask, context: PlayContext, host: String, source: ScopeSource) {
        self.task = task
        self.context = context
        self.host = host
        self.source = source
    }

    /// The host that does the work: `delegate_to`, or the host itself.
    func target() throws -> String {
        guard let node = task.keywords.delegateTo else { return host }
        let name = try site.templating.text(node, in: source.scope(), what: "delegate_to")
        guard site.inventory.isImplicit(name) || site.inventory.hosts[name] != nil else {
            throw Problem(
                "delegate_to: there is no host '\(name)' in the inventory", at: node.place,
                hint: Suggestion.hint(for: name, among: site.inventory.hosts.keys))
        }
        return name
    }

    /// The variables by which a host is reached and worked on. As in Ansible, to a delegate the play's and the task's own
    /// apply too, and `inventory_hostname` is the task's host.
    func way(to target: String) -> ScopeSource {
        guard target != host else { return source }
        context.expectVarsFiles(of: target)
        return ScopeSource(site: site, host: target, play: context, task: task)
            .adding(["inventory_hostname": .value(.string(host))])
    }

    func account(on target: String, in scope: VariableScope) throws -> Become? {
        try BecomeSettings.account(
            of: task.keywords, host: target, site: site, scope: scope,
            delegate: target == host ? nil : way(to: target).scope())
    }

    /// Whether `when` holds; the first condition that does not, as written.
    func unmetCondition() throws -> Node? {
        guard !task.keywords.when.isEmpty else { return nil }
        let scope = source.scope()
        return try task.keywords.when.first { try !site.templating.holds($0, in: scope) }
    }

    /// The same in check mode, where a condition may read what is not known yet: one that surely does not hold decides.
    func decision() throws -> Decision {
        guard site.options.check else { return try unmetCondition().map(Decision.unmet) ?? .met }
        var tasks: [String] = []
        var unmetInCheckMode: Node?
        for condition in task.keywords.when {
            let reads = VariableReads()
            let holds = Result { try site.templating.holds(condition, in: source.noting(reads).scope()) }
            tasks += site.tasksInTheWay(of: task, reads).filter { !tasks.contains($0) }
            guard reads.tasks.isEmpty, try !holds.get() else { continue }
            guard reads.checkMode else { return .unmet(condition) }
            unmetInCheckMode = condition
        }
        if let unmetInCheckMode { return .unmetInCheckMode(unmetInCheckMode) }
        return tasks.isEmpty ? .met : .hanging(tasks)
    }

    /// - Parameters:
    ///   - target: the host that does the work, with what is known of it.
    func prepared(on target: String, facts: HostFacts) throws -> Prepared {
        let scope = source.scope()
        site.secrets.learn([task.keywords.vars] + task.keywords.includeVars, in: source)
        let (values, places) = try values(of: task.arguments, in: scope)
        let arguments = try Arguments(values, for: task.module.spec, places: places, at: task.modulePlace)
        let module = try task.module.make(arguments, in: moduleContext(target, facts: facts))
        return Prepared(
            module: module,
            account: try account(on: target, in: scope),
            exports: try exports(scope),
            timeout: task.keywords.timeout.map { .seconds($0) },
            words: site.options.check ? words(values) : .init(),
            shown: site.options.verbosity > 1 ? shown(values) : nil)
    }

    private func words(_ values: [String: Value]) -> TaskWords {
        TaskWords(
            values.filter { !secrets.contains($0.key) }.map { ($0, $1) },
            writesFiles: task.module.spec.arguments.contains { $0.name == "owner" })
    }

    private func values(
        of arguments: [PlaybookTask.Argument], in scope: VariableScope
    ) throws -> ([String: Value], [String: Place]) {
        var values: [String: Value] = [:]
        var places: [String: Place] = [:]
        for argument in arguments {
            let value = try self.value(of: argument, in: scope)
            let name = try self.name(of: argument, in: scope)
            places[name] = argument.value.place
            learn(value, of: argument, named: name)
            // A variable may be null; an argument that is null is not there.
            if value != .omit, value != .null || task.module.spec.openEnded { values[name] = value }
        }
        return (values, places)
    }

    /// Some of the task's arguments alone.
    func arguments(named names: Set<String>) throws -> Arguments {
        let (values, places) = try values(of: task.arguments.filter { names.contains($0.name) }, in: source.scope())
        return try Arguments(values, for: task.module.spec, places: places, at: task.modulePlace)
    }

    /// What a module's own arguments hold they say themselves; the names in all others are the user's.
    private func learn(_ value: Value, of argument: PlaybookTask.Argument, named name: String) {
        if argument.secret {
            site.secrets.learn(value)
        } else if argument.isOpen, site.secrets.learn(value, named: name) {
            source.noteShortSecret()
        }
    }

    private func shown(_ values: [String: Value]) -> Value {
        .map(
            ValueMap(
                uniqueKeysWithValues: values.sorted { $0.key < $1.key }.map { name, value in
                    (.string(name), secrets.contains(name) ? .string(Secret.mask) : value)
                }))
    }

    private var secrets: Set<String> { Set(task.arguments.filter(\.secret).map(\.name)) }

    /// `set_fact` takes templates in the names of its variables.
    private func name(of argument: PlaybookTask.Argument, in scope: VariableScope) throws -> String {
        guard task.module.spec.openEnded, TemplatedText.isTemplated(argument.name) else { return argument.name }
        let place = argument.value.place
        let text = Node(
            .scalar(.init(text: argument.name, style: .doubleQuoted, value: .string(argument.name))), at: place)
        return try site.templating.text(text, in: scope, what: "a variable's name")
    }

    private func value(of argument: PlaybookTask.Argument, in scope: VariableScope) throws -> Value {
        switch argument.kind {
        case .expression, .list(.expression): argument.value.value
        default: try site.templating.value(of: argument.value, in: scope)
        }
    }

    func moduleContext(_ target: String, facts: HostFacts) -> ModuleContext {
        let lookup = FileLookup(files: site.files, role: task.roleDirectory, playbook: context.directory)
        let templating = site.templating
        return ModuleContext(
            host: target, facts: facts,
            readFile: { [site, task] path in
                guard let bytes = site.files.read(try lookup.find(path, in: "files", at: task.modulePlace)) else {
                    throw Problem("cannot read \(path)", at: task.modulePlace)
                }
                return bytes
            },
            render: { [site, source, task] path, options in
                let found = try lookup.find(path, in: "templates", at: task.modulePlace)
                let own = TemplateVariables(path, at: found, destination: options.destination, files: site.files)
                return try templating.render(found, options: options, in: source.adding(own.bindings).scope())
            },
            evaluate: { [source, task] text in
                try templating.evaluate(text, at: task.modulePlace, in: source.scope())
            },
            readVariables: { [site, task] path in
                let found = try lookup.find(path, in: "vars", at: task.modulePlace)
                return try Node.parse(String(utf8: site.files.read(found) ?? [], file: found), file: found)
            },
            listFiles: { [task] in try lookup.files(below: $0, in: "files", at: task.modulePlace) },
            fileMode: { [site, task] path, kind in
                site.files.mode(try lookup.find(path, in: kind, at: task.modulePlace)) ?? 0o644
            })
    }

    private func exports(_ scope: VariableScope) throws -> Shell? {
        var lines: [Shell] = []
        for node in task.keywords.environment.flatMap({ $0.sequence ?? [$0] }) {
            guard case .map(let map) = try site.templating.value(of: node, in: scope) else {
                throw Problem("environment: expected a mapping", at: node.place)
            }
            for (key, value) in map {
                guard let name = key.string, name.isVariableName else {
                    throw Problem("environment: '\(key)' can't be a variable's name", at: node.place)
                }
                lines.append("export \(Shell(verbatim: name))=\(value.asText)")
            }
        }
        return lines.isEmpty ? nil : Shell.lines(lines)
    }
}

extension Value {
    /// As it stands in an environment variable.
    var asText: String {
        switch self {
        case .string(let text): text
        case .int(let number): String(number)
        case .float(let number): String(number)
        case .bool(let flag): flag ? "True" : "False"
        case .null: ""
        case .list, .map: json()
        }
    }
}

/// Where `src:` files are looked for: the role's folder of the kind, the role, the playbook's folder of the kind, the
/// playbook's folder (Ansible's order).
struct FileLookup: Sendable {
    let files: any ProjectFiles
    let role: String?
    let playbook: String

    init(files: any ProjectFiles, role: String?, playbook: String) {
        self.files = files
        self.role = role
        self.playbook = playbook
    }

    /// - Throws: `Problem` naming the folders, with the nearest name.
    func find(_ path: String, in kind: String, at place: Place?) throws -> String {
        let candidates = candidates(path, in: kind)
        if let found = candidates.first(where: files.exists) { return found }
        let near = candidates.lazy.compactMap { files.suggestion(for: $0) }.first
        throw Problem(
            "there is no file '\(path)' in \(folders(kind).joined(separator: ", "))", at: place, hint: near)
    }

    /// The files below the folder, by their paths in it; nil when the first of that name is a file, or there is none.
    /// - Throws: `Problem` for a link to a folder that it stands in.
    func files(below path: String, in kind: String, at place: Place?) throws -> [String]? {
        for candidate in candidates(path, in: kind) {
            if files.exists(candidate), !path.hasSuffix("/") { return nil }
            let found = try walk(candidate, inside: [], at: place)
            if !found.isEmpty { return found }
        }
        return nil
    }

    private func walk(_ folder: String, inside outer: [String], at place: Place?) throws -> [String] {
        let real = files.resolved(folder)
        guard !outer.contains(real) else {
            throw Problem(
                "\(folder) is a link to a folder that it stands in, so that what is below has no end", at: place,
                hint: "take the link away")
        }
        return try files.list(folder).sorted().flatMap { name -> [String] in
            let file = ProjectPath.join(folder, name)
            if files.exists(file) { return [name] }
            return try walk(file, inside: outer + [real], at: place).map { "\(name)/\($0)" }
        }
    }

    private func candidates(_ path: String, in kind: String) -> [String] {
        if path.hasPrefix("/") { return [path] }
        return folders(kind).map { ProjectPath.join($0, path) }
    }

    private func folders(_ kind: String) -> [String] {
        let roots = [role, playbook].compactMap { $0 }
        return roots.flatMap { [ProjectPath.join($0, kind), $0] }
    }
}
