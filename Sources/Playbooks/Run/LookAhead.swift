import Modules
import Remote
import YAML

/// What one task looks at, as which account, and how it judges what is found.
struct TaskLook: Sendable {
    var account: Become?
    var probes: [any Probe]
    private let module: any Convergent

    init(account: Become?, module: any Convergent) {
        self.account = account
        self.module = module
        probes = module.probes
    }

    /// Whether the task would change a host of which this was found; not where some of it is not known.
    func wouldChange(_ found: Findings) -> Bool {
        guard probes.allSatisfy(found.has), let convergence = try? module.converge(found) else { return false }
        return !convergence.changes.isEmpty
    }
}

/// What later tasks of a host will look at, as far as it can be told now.
///
/// Only a saving, never a decision: a task whose arguments hang on something not yet known is left out, and asks for
/// itself when its turn comes.
struct LookAhead: Sendable {
    let host: String
    let account: Become?
    let tasks: [TaskAhead]

    init(host: String, account: Become?, tasks: [TaskAhead]) {
        self.host = host
        self.account = account
        self.tasks = tasks
    }

    func probes() -> [any Probe] { tasks.flatMap { looks(of: $0).flatMap(\.probes) } }

    /// What is looked at along with a change: all as far as the next changes. Each of these makes stale what was seen,
    /// and looks again itself; one alone would not do, as what is about to be changed is often right by the one before.
    /// - Parameter recalled: what was found last, however long ago.
    func probes(recalling recalled: Findings, changes: Int = 4) -> [any Probe] {
        var probes: [any Probe] = []
        var toCome = changes
        for look in tasks.lazy.flatMap(looks) {
            probes += look.probes
            if look.wouldChange(recalled) { toCome -= 1 }
            guard toCome > 0 else { break }
        }
        return probes
    }

    private func looks(of ahead: TaskAhead) -> [TaskLook] {
        guard let memory = try? ahead.context.site.memory(of: host) else { return [] }
        let known = memory.looks(.init(play: ahead.context.index, task: ahead.task.path + [ahead.task.id])) {
            (try? looks(of: ahead, facts: memory.read(\.facts))) ?? []
        }
        return known.filter { $0.account == account }
    }

    private func looks(of ahead: TaskAhead, facts: HostFacts) throws -> [TaskLook] {
        let keywords = ahead.task.keywords
        guard keywords.delegateTo == nil, keywords.until.isEmpty, !ahead.task.isLocal else { return [] }
        let site = ahead.context.site
        let source = ScopeSource(site: site, host: host, play: ahead.context, task: ahead.task)
        guard let items = try Loop(ahead.task.keywords, templating: site.templating)?.items(in: source.scope()) else {
            return try look(of: ahead, source: source, facts: facts).map { [$0] } ?? []
        }
        let control = ahead.task.keywords.loopControl
        return items.enumerated().compactMap { index, item in
            let bound = source.adding(control.bindings(item: item, index: index))
            return (try? look(of: ahead, source: bound, facts: facts)) ?? nil
        }
    }

    private func look(of ahead: TaskAhead, source: ScopeSource, facts: HostFacts) throws -> TaskLook? {
        let preparation = Preparation(task: ahead.task, context: ahead.context, host: host, source: source)
        guard try preparation.unmetCondition() == nil else { return nil }
        let prepared = try preparation.prepared(on: host, facts: facts)
        guard let module = prepared.module as? any Convergent, !module.looksElsewhere else { return nil }
        return TaskLook(account: prepared.account, module: module)
    }
}

extension PlaybookTask {
    /// It asks no host (`debug`, `set_fact`, `meta` …).
    var isLocal: Bool { module is any LocalModule.Type }
}

extension Keywords.LoopControl {
    func bindings(item: Value, index: Int) -> Bindings {
        var bindings: Bindings = [variable: .value(item), "ansible_loop_var": .value(.string(variable))]
        if let indexVariable { bindings[indexVariable] = .value(.int(index)) }
        return bindings
    }
}
