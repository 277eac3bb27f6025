import Modules
import Remote
import YAML

/// Probes of one task, and the account that makes them.
struct AccountProbes: Sendable {
    var account: Become?
    var probes: [any Probe]
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

    func probes() -> [any Probe] {
        tasks.flatMap { ahead -> [any Probe] in
            guard let memory = try? ahead.context.site.memory(of: host) else { return [] }
            let known = memory.probes(.init(play: ahead.context.index, task: ahead.task.path + [ahead.task.id])) {
                (try? probes(of: ahead, facts: memory.read(\.facts))) ?? []
            }
            return known.filter { $0.account == account }.flatMap(\.probes)
        }
    }

    private func probes(of ahead: TaskAhead, facts: HostFacts) throws -> [AccountProbes] {
        let keywords = ahead.task.keywords
        guard keywords.delegateTo == nil, keywords.until.isEmpty, !ahead.task.isLocal else { return [] }
        let site = ahead.context.site
        let source = ScopeSource(site: site, host: host, play: ahead.context, task: ahead.task)
        guard let items = try Loop(ahead.task.keywords, templating: site.templating)?.items(in: source.scope()) else {
            return try probes(of: ahead, source: source, facts: facts).map { [$0] } ?? []
        }
        let control = ahead.task.keywords.loopControl
        return items.enumerated().compactMap { index, item in
            let bound = source.adding(control.bindings(item: item, index: index))
            return (try? probes(of: ahead, source: bound, facts: facts)) ?? nil
        }
    }

    private func probes(of ahead: TaskAhead, source: ScopeSource, facts: HostFacts) throws -> AccountProbes? {
        let preparation = Preparation(task: ahead.task, context: ahead.context, host: host, source: source)
        guard try preparation.unmetCondition() == nil else { return nil }
        let prepared = try preparation.prepared(on: host, facts: facts)
        guard let module = prepared.module as? any Convergent, !module.looksElsewhere else { return nil }
        return AccountProbes(account: prepared.account, probes: module.probes)
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
