import Diagnostics
import Modules
import OrderedCollections
import Remote
import YAML

/// One item of a task on one host: conditions, the module, retries, and what counts as changed or failed.
struct ItemAttempt: Sendable {
    let execution: TaskExecution
    let label: TaskLabel
    /// nil when the task has no loop.
    let item: Value?
    let index: Int
    /// The items after this one.
    let rest: [Value]
    /// The task's variables, without the item.
    let source: ScopeSource

    private var task: PlaybookTask { execution.task }
    private var site: Site { execution.site }
    private var keywords: Keywords { task.keywords }

    init(
        execution: TaskExecution, label: TaskLabel, item: Value?, index: Int, rest: [Value], source: ScopeSource
    ) {
        self.execution = execution
        self.label = label
        self.item = item
        self.index = index
        self.rest = rest
        self.source = source
    }

    /// - Throws: `TransportError`; everything else is told in the end.
    func run() async throws -> ItemEnd {
        let clock = ContinuousClock()
        let start = clock.now
        let bound = item.map { source.adding(keywords.loopControl.bindings(item: $0, index: index)) } ?? source
        let preparation = Preparation(
            task: task, context: execution.run.context, host: execution.host, source: bound)
        var end = try await guarded { try await self.attempt(preparation) }
        end.report.duration = clock.now - start
        end.report.item = itemLabel(bound)
        if item != nil, case .map(var result) = end.result {
            result[.string(keywords.loopControl.variable)] = item
            result["ansible_loop_var"] = .string(keywords.loopControl.variable)
            end.result = .map(result)
        }
        if end.report.status == .failed, try ignoresErrors(bound) { end.report.status = .ignored }
        return end
    }

    /// What is wrong with variables or the wanted state fails the task, or defers it where an earlier change is pending.
    private func guarded(_ body: () async throws -> ItemEnd) async throws -> ItemEnd {
        do {
            return try await body()
        } catch let problem as Problem {
            return execution.isUncertain ? .deferred(problem.message) : .failure(problem.description)
        } catch let failure as ModuleFailure {
            if execution.isUncertain { return .deferred(failure.message) }
            var end = ItemEnd.failure(failure.message)
            if case .map(let base) = end.result {
                end.result = .map(base.merging(failure.result) { first, _ in first })
            }
            return end
        }
    }

    private func attempt(_ preparation: Preparation) async throws -> ItemEnd {
        if let unmet = try preparation.unmetCondition() {
            return .skipped("when: \(unmet.scalar?.text ?? "false")")
        }
        let target = try preparation.target()
        let session = try site.session(of: target)
        let facts = try await self.facts(of: target, session: session, source: preparation.source)
        let prepared = try preparation.prepared(on: target, facts: facts)
        let call = ModuleCall(
            prepared: prepared, session: session, target: target, facts: facts, site: site, label: label,
            host: execution.host, isDelegated: target != execution.host,
            checks: try checks(preparation.source), lookAhead: lookAhead(prepared.account))
        var end = try await session.turn.taking { try await self.retried(call, source: preparation.source) }
        end.report.delegate = target == execution.host ? nil : target
        if prepared.isNoLog { end.hide() }
        return end
    }

    private func facts(of target: String, session: HostSession, source: ScopeSource) async throws -> HostFacts {
        let known = try site.memory(of: target).read(\.facts)
        guard known.values.isEmpty else { return known }
        let account = try BecomeSettings.account(of: keywords, host: target, site: site, scope: source.scope())
        let facts = try await session.facts(as: account)
        try site.memory(of: target).learn(facts)
        return facts
    }

    /// Runs the module, again and again while `until` does not hold.
    private func retried(_ call: ModuleCall, source: ScopeSource) async throws -> ItemEnd {
        guard !keywords.until.isEmpty else { return try judged(try await ended(call), source: source) }
        let scope = source.scope()
        let retries = try keywords.retries.map { Int(try site.templating.number($0, in: scope, what: "retries")) } ?? 3
        let delay = try keywords.delay.map { try site.templating.number($0, in: scope, what: "delay") } ?? 5
        var attempts = 0
        while true {
            attempts += 1
            var end = try judged(try await ended(call), source: source)
            let tested = source.adding(registered(end.result)).scope()
            let holds = try keywords.until.allSatisfy { try site.templating.holds($0, in: tested) }
            end.add("attempts", .int(attempts))
            if holds { return end }
            if attempts > retries {
                if end.report.status != .failed { end.fail("still not so after \(attempts) attempts") }
                return end
            }
            try await Task.sleep(for: .seconds(delay))
        }
    }

    /// A module's failure as an end, so that `failed_when` and `until` may judge it.
    private func ended(_ call: ModuleCall) async throws -> ItemEnd {
        do {
            return try await call.run()
        } catch let failure as ModuleFailure where !keywords.failedWhen.isEmpty || !keywords.until.isEmpty {
            var result: ValueMap = ["changed": false, "failed": true, "msg": .string(failure.message)]
            result.merge(failure.result) { first, _ in first }
            var report = ItemEnd.blank(.failed)
            report.message = failure.message
            return ItemEnd(report, result: result)
        }
    }

    /// Applies `changed_when` and `failed_when`.
    private func judged(_ end: ItemEnd, source: ScopeSource) throws -> ItemEnd {
        guard !keywords.changedWhen.isEmpty || !keywords.failedWhen.isEmpty, end.report.status != .skipped,
            end.report.status != .deferred
        else { return end }
        var end = end
        let scope = source.adding(registered(end.result)).scope()
        if !keywords.changedWhen.isEmpty, end.report.status != .failed {
            let changed = try keywords.changedWhen.allSatisfy { try site.templating.holds($0, in: scope) }
            end.report.status = changed ? .changed : .ok
            end.add("changed", .bool(changed))
        }
        if !keywords.failedWhen.isEmpty {
            let failed = try keywords.failedWhen.allSatisfy { try site.templating.holds($0, in: scope) }
            if failed {
                end.fail(end.report.message ?? "failed_when holds")
            } else if end.report.status == .failed {
                end.report.status = .ok
                end.add("failed", false)
            }
        }
        return end
    }

    private func registered(_ result: Value) -> Bindings {
        keywords.register.map { [$0: .value(result)] } ?? [:]
    }

    private func checks(_ source: ScopeSource) throws -> Bool {
        guard let node = keywords.checkMode else { return site.options.check }
        return try site.templating.boolean(node, in: source.scope(), what: "check_mode")
    }

    private func ignoresErrors(_ source: ScopeSource) throws -> Bool {
        guard let node = keywords.ignoreErrors else { return false }
        return try site.templating.boolean(node, in: source.scope(), what: "ignore_errors")
    }

    private func itemLabel(_ source: ScopeSource) -> String? {
        guard let item else { return nil }
        if let node = keywords.loopControl.label, let value = try? site.templating.value(of: node, in: source.scope()) {
            return value.string ?? value.json()
        }
        if let name = item["name"]?.string { return name }
        return item.string ?? item.json()
    }

    private func lookAhead(_ account: Become?) -> LookAhead {
        let own = rest.isEmpty ? [] : [(task: task, context: execution.run.context)]
        return LookAhead(host: execution.host, account: account, tasks: own + execution.ahead)
    }
}

extension ItemEnd {
    mutating func add(_ name: String, _ value: Value) {
        guard case .map(var map) = result else { return }
        map[.string(name)] = value
        result = .map(map)
    }

    mutating func fail(_ message: String) {
        report.status = .failed
        report.message = message
        add("failed", true)
        add("msg", .string(message))
    }

    /// `no_log`: what was done is told, what it was about is not.
    mutating func hide() {
        report.noLog = true
        report.diffs = []
        report.changes = report.changes.isEmpty ? [] : ["(hidden: no_log)"]
        if report.message != nil { report.message = "(hidden: no_log)" }
    }
}
