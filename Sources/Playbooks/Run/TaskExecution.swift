import Diagnostics
import Modules
import OrderedCollections
import Remote
import YAML

/// One task on one host, from its variables to its report.
struct TaskExecution: Sendable {
    let task: PlaybookTask
    let run: HostRun
    let isHandler: Bool
    /// The tasks to come, for looking ahead.
    let ahead: [TaskAhead]

    var site: Site { run.context.site }
    var host: String { run.host }

    /// What a task leaves behind besides its report.
    struct Effects: Sendable {
        /// The handlers it notified.
        var handlers: Set<Int> = []
        /// What it registered and set.
        var variables: [String: Value] = [:]
    }

    init(task: PlaybookTask, run: HostRun, isHandler: Bool, ahead: [TaskAhead]) {
        self.task = task
        self.run = run
        self.isHandler = isHandler
        self.ahead = ahead
    }

    /// - Throws: `HostRun.Stop.failed`, `TransportError`, `CancellationError`.
    func perform() async throws -> Effects {
        try await run.context.working {
            let label = label
            await site.tell(.taskStarted(host: host, task: label))
            let ends = try await ends(label)
            return try close(ends, label: label)
        }
    }

    /// One end for each item of the loop, or one.
    private func ends(_ label: TaskLabel) async throws -> TaskEnds {
        var ends = TaskEnds()
        do {
            guard let items = try loopItems() else {
                ends.all.append(try await attempt(label: label))
                await report(ends.all[0], label: label)
                return ends
            }
            ends.isLoop = true
            if items.isEmpty { await report(.skipped("the loop is empty"), label: label) }
            for (index, item) in items.enumerated() {
                if index > 0 { try await pause() }
                let end = try await attempt(label: label, item: item, index: index, isLast: index == items.count - 1)
                ends.all.append(end)
                await report(end, label: label)
            }
        } catch let problem as Problem {
            let end = unlooped(problem)
            ends.all.append(end)
            await report(end, label: label)
        }
        return ends
    }

    private func attempt(
        label: TaskLabel, item: Value? = nil, index: Int = 0, isLast: Bool = true
    ) async throws -> ItemEnd {
        let source = source
        let attempt = ItemAttempt(
            execution: self, label: label, item: item, index: index, isLast: isLast, source: source)
        let end = try await attempt.run()
        // The next item sees what this one set.
        for (name, value) in end.facts {
            if let name = name.string { try site.memory(of: end.factsHost ?? host).set(name, value) }
        }
        return end
    }

    /// A loop that can't be evaluated fails the task, unless its condition says that it has no part in it.
    private func unlooped(_ problem: Problem) -> ItemEnd {
        let preparation = Preparation(task: task, context: run.context, host: host, source: source)
        if task.keywords.loop != nil, case .some(.some(let unmet)) = try? preparation.unmetCondition() {
            return .unmet(unmet)
        }
        return isUncertain ? .deferred(problem.message) : .failure(problem.description)
    }

    /// In check mode, an earlier change that was not made may be why something is missing now.
    var isUncertain: Bool {
        site.options.check && (try? site.memory(of: host))?.read { !$0.pendingChanges.isEmpty } == true
    }

    private var source: ScopeSource { ScopeSource(site: site, host: host, play: run.context, task: task) }

    private var label: TaskLabel {
        var name = task.label
        if let node = task.name, case .string(let text)? = try? site.templating.value(of: node, in: source.scope()) {
            name = task.roleName.map { "\($0) : \(text)" } ?? text
        }
        return TaskLabel(
            id: task.id, name: name, place: task.place, isHandler: isHandler,
            module: task.module.spec.name)
    }

    /// The values of the loop; nil when the task has none.
    private func loopItems() throws -> [Value]? {
        try Loop(task.keywords, templating: site.templating)?.items(in: source.scope())
    }

    private func pause() async throws {
        guard let node = task.keywords.loopControl.pause else { return }
        try await Task.sleep(for: .seconds(try site.templating.number(node, in: source.scope(), what: "pause")))
    }

    private func report(_ end: ItemEnd, label: TaskLabel) async {
        var report = end.report
        report.result = end.shownResult
        report.host = host
        report.task = label
        await site.tell(.taskFinished(report))
    }

    /// Counts, registers, and says what comes of it.
    private func close(_ ends: TaskEnds, label: TaskLabel) throws -> Effects {
        let memory = try site.memory(of: host)
        let isPending = ends.all.contains(where: \.isPending)
        memory.update {
            $0.recap.count(ends.status)
            if ends.status == .ignored, ends.hasChanged { $0.recap.changed += 1 }
            if isPending { $0.pendingChanges.append(label.name) }
        }
        let result = ends.registered
        var effects = Effects(handlers: ends.notified)
        if let name = task.keywords.register {
            memory.set(name, result)
            effects.variables[name] = result
        }
        for (name, value) in ends.all.flatMap(\.facts.elements) {
            if let name = name.string { effects.variables[name] = value }
        }
        guard ends.status == .failed else { return effects }
        throw HostRun.Stop.failed(
            .init(task: described(label), result: result, variables: effects.variables))
    }

    /// `ansible_failed_task`
    private func described(_ label: TaskLabel) -> Value {
        ["name": .string(label.name), "action": .string(task.moduleName)]
    }
}
