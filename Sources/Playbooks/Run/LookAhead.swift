import Modules
import Remote
import YAML

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
        tasks.flatMap { ahead in (try? probes(of: ahead)) ?? [] }
    }

    private func probes(of ahead: TaskAhead) throws -> [any Probe] {
        guard ahead.task.keywords.delegateTo == nil, !ahead.task.isMeta else { return [] }
        let site = ahead.context.site
        let source = ScopeSource(site: site, host: host, play: ahead.context, task: ahead.task)
        let facts = try site.memory(of: host).read(\.facts)
        let loop = Loop(ahead.task.keywords, templating: site.templating)
        guard let items = try loop?.items(in: source.scope()) else {
            return try probes(of: ahead, source: source, facts: facts)
        }
        let control = ahead.task.keywords.loopControl
        return items.enumerated().flatMap { index, item in
            let bound = source.adding(control.bindings(item: item, index: index))
            return (try? probes(of: ahead, source: bound, facts: facts)) ?? []
        }
    }

    private func probes(of ahead: TaskAhead, source: ScopeSource, facts: HostFacts) throws -> [any Probe] {
        let preparation = Preparation(task: ahead.task, context: ahead.context, host: host, source: source)
        guard try preparation.unmetCondition() == nil else { return [] }
        let prepared = try preparation.prepared(on: host, facts: facts)
        guard let module = prepared.module as? any Convergent, !module.looksElsewhere, prepared.account == account
        else {
            return []
        }
        return module.probes
    }
}

extension Keywords.LoopControl {
    func bindings(item: Value, index: Int) -> Bindings {
        var bindings: Bindings = [variable: .value(item)]
        if let indexVariable { bindings[indexVariable] = .value(.int(index)) }
        return bindings
    }
}
