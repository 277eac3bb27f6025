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
    /// In check mode: the task that has to be run before it is known whether this one is.
    let hangsOn: String?

    var site: Site { run.context.site }
    var host: String { run.host }

    /// What a task leaves behind besides its report.
    struct Effects: Sendable {
        /// The handlers it notified.
        var handlers: Set<Int> = []
        /// What it registered and set.
        var variables: [String: Value] = [:]
        /// What it set as facts.
        var facts: ValueMap = [:]
        /// In check mode: the tasks that its variables hang on.
        var hanging: [String: String] = [:]
        /// What an include includes.
        var inclusions: [Inclusion] = []
    }

    init(task: PlaybookTask, run: HostRun, isHandler: Bool, ahead: [TaskAhead], hangsOn: String? = nil) {
        self.task = task
        self.run = run
        self.isHandler = isHandler
        self.ahead = ahead
        self.hangsOn = hangsOn
    }

    /// - Throws: `HostRun.Stop.failed`, `TransportError`, `CancellationError`.
    func perform() async throws -> Effects {
        try await throttled { try await run.context.working { try await performInTurn() } }
    }

    /// Who waits for `throttle` keeps nobody else from working.
    private func throttled<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        guard let node = task.keywords.throttle else { return try await body() }
        let places = Int(try site.templating.number(node, in: source.scope(), what: "throttle"))
        guard places > 0 else { return try await body() }
        return try await run.context.places(at: task, count: places).taking(body)
    }

    private func performInTurn() async throws -> Effects {
        try site.stop.check()
        let label = label
        let memory = try site.memory(of: host)
        memory.begin(task, of: run.context)
        await site.tell(.taskStarted(host: host, task: label))
        do {
            let ends = try await ends(label)
            let effects = try close(ends, label: label)
            if ends.isCutOff { throw CancellationError() }
            return effects
        } catch let error where error is CancellationError || Task.isCancelled {
            memory.update { $0.way.cutOff = label }
            throw error
        }
    }

    /// One end for each item of the loop, or one.
    private func ends(_ label: TaskLabel) async throws -> TaskEnds {
        var ends = TaskEnds()
        if let hangsOn {
            ends.all.append(.deferred(after: [hangsOn]))
            await report(ends.all[0], label: label)
            return ends
        }
        let reads = VariableReads()
        do {
            let items = try loopItems(reads)
            let hanging = site.tasksInTheWay(of: task, reads)
            guard hanging.isEmpty else {
                ends.all.append(try loopDeferred(after: hanging))
                await report(ends.all[0], label: label)
                return ends
            }
            guard let items else {
                ends.all.append(try await attempt(label: label))
                await report(ends.all[0], label: label)
                return ends
            }
            ends.isLoop = true
            if items.isEmpty { await report(.skipped("the loop is empty"), label: label) }
            for (index, item) in items.enumerated() {
                guard index == 0 || !site.stop.isRequested else {
                    ends.isCutOff = true
                    break
                }
                if index > 0 { try await pause() }
                let end = try await attempt(label: label, item: item, index: index, isLast: index == items.count - 1)
                ends.all.append(end)
                await report(end, label: label)
            }
        } catch let problem as Problem {
            let end = unlooped(problem, reads)
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
        if end.areFacts { try site.memory(of: end.factsHost ?? host).add(end.facts) }
        if !end.definitions.isEmpty {
            try site.memory(of: end.factsHost ?? host).define(end.definitions)
            site.secrets.learn([RawVariables(uniqueKeysWithValues: end.definitions.map { ($0, $1) })], in: self.source)
        }
        return end
    }

    /// A loop that can't be evaluated fails the task, unless its condition says that it has no part in it.
    private func unlooped(_ problem: Problem, _ reads: VariableReads) -> ItemEnd {
        let preparation = Preparation(task: task, context: run.context, host: host, source: source)
        if task.keywords.loop != nil, case .some(.some(let unmet)) = try? preparation.unmetCondition() {
            return .unmet(unmet)
        }
        let hanging = site.tasksInTheWay(of: task, reads)
        let cause = site.pending(on: [host]).cause(of: TaskWords(), complaint: problem.message).map { [$0] } ?? []
        guard site.options.check, !(hanging + cause).isEmpty else {
            var end = ItemEnd.failure(problem.description)
            if (try? ignoresErrors) == true { end.report.status = .ignored }
            return end
        }
        return .deferred(after: hanging.isEmpty ? cause : hanging, problem.message)
    }

    private var ignoresErrors: Bool {
        get throws {
            guard let node = task.keywords.ignoreErrors else { return false }
            return try site.templating.boolean(node, in: source.scope(), what: "ignore_errors")
        }
    }

    /// A loop over what is not known yet, unless its condition says that the task has no part in it.
    private func loopDeferred(after tasks: [String]) throws -> ItemEnd {
        let preparation = Preparation(task: task, context: run.context, host: host, source: source)
        if case .unmet(let condition)? = try? preparation.decision() { return .unmet(condition) }
        return .deferred(after: tasks)
    }

    private var source: ScopeSource { ScopeSource(site: site, host: host, play: run.context, task: task) }

    private var label: TaskLabel {
        var name = task.label
        if let node = task.name, case .string(let text)? = try? site.templating.value(of: node, in: source.scope()) {
            name = task.roleName.map { "\($0) : \(text)" } ?? text
        }
        return TaskLabel(
            id: task.id, name: name, place: task.place, isHandler: isHandler,
            module: task.module.spec.name,
            isOwed: isHandler && (try? site.memory(of: host))?.read { $0.leftHandlers.contains(task.id) } == true)
    }

    /// The values of the loop; nil when the task has none.
    private func loopItems(_ reads: VariableReads) throws -> [Value]? {
        let source = site.options.check ? source.noting(reads) : source
        return try Loop(task.keywords, templating: site.templating)?.items(in: source.scope())
    }

    private func pause() async throws {
        guard let node = task.keywords.loopControl.pause else { return }
        try await site.stop.sleep(
            for: .seconds(try site.templating.number(node, in: source.scope(), what: "pause")))
    }

    private func report(_ end: ItemEnd, label: TaskLabel) async {
        var report = end.report
        report.result = end.shownResult
        // What needs no host changes none.
        if task.isLocal { report.plan = nil }
        report.host = host
        report.task = label
        await site.tell(.taskFinished(report))
    }

    /// Counts, registers, and says what comes of it.
    private func close(_ ends: TaskEnds, label: TaskLabel) throws -> Effects {
        let memory = try site.memory(of: host)
        let inclusions = task.isInclude ? ends.inclusions(of: task) : []
        memory.update {
            // Each inclusion counts, as it does for Ansible.
            for _ in inclusions.dropFirst() { $0.recap.count(.ok) }
            $0.recap.count(ends.status)
            if ends.status == .ignored, ends.hasChanged { $0.recap.changed += 1 }
        }
        if site.options.check { try keepPending(ends, label) }
        let result = ends.registered
        var effects = Effects(handlers: ends.notified, inclusions: inclusions)
        let unknown = ends.all.contains(where: \.isUnknown) ? label.name : nil
        if let name = task.keywords.register {
            memory.set(name, result, hangsOn: unknown)
            effects.variables[name] = result
            effects.hanging[name] = unknown
        }
        // What a deferred set_fact would set is not known either.
        if let unknown, task.module.spec.name == "ansible.builtin.set_fact" {
            for argument in task.arguments {
                memory.set(argument.name, .null, hangsOn: unknown)
                effects.variables[argument.name] = .null
                effects.hanging[argument.name] = unknown
            }
        }
        for (name, value) in ends.all.flatMap(\.facts.elements) {
            if let name = name.string { effects.variables[name] = value }
        }
        for end in ends.all where end.areFacts { effects.facts.merge(end.facts) { _, last in last } }
        guard ends.status == .failed else { return effects }
        throw HostRun.Stop.failed(
            .init(task: described(label), result: result, variables: effects.variables))
    }

    /// How the hosts that share it see that this one was lost at the task.
    func failure(asLost reason: String) -> HostRun.Failure {
        .init(
            task: described(label),
            result: ["failed": true, "unreachable": true, "changed": false, "msg": .string(reason)])
    }

    /// `ansible_failed_task`
    private func described(_ label: TaskLabel) -> Value {
        ["name": .string(task.name == nil ? "" : label.name), "action": .string(task.moduleName)]
    }
}
