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
    /// No item comes after this one.
    let isLast: Bool
    /// The task's variables, without the item.
    let source: ScopeSource

    var task: PlaybookTask { execution.task }
    var site: Site { execution.site }
    var keywords: Keywords { task.keywords }

    init(
        execution: TaskExecution, label: TaskLabel, item: Value?, index: Int, isLast: Bool, source: ScopeSource
    ) {
        self.execution = execution
        self.label = label
        self.item = item
        self.index = index
        self.isLast = isLast
        self.source = source
    }

    /// - Throws: `TransportError`, `CancellationError`; everything else is told in the end.
    func run() async throws -> ItemEnd {
        let clock = ContinuousClock()
        let start = clock.now
        let bound = item.map { source.adding(keywords.loopControl.bindings(item: $0, index: index)) } ?? source
        let preparation = Preparation(
            task: task, context: execution.run.context, host: execution.host, source: bound)
        var end = try await guarded { try await self.attempt(preparation) }
        if end.report.status == .failed, execution.isUncertain { end = .deferred(end.report.message ?? "") }
        end = try await guarded { try concluded(end, bound) }
        end.report.duration = clock.now - start
        end.report.item = itemLabel(bound)
        if let item {
            end.add(keywords.loopControl.variable, item)
            end.add("ansible_loop_var", .string(keywords.loopControl.variable))
            if let name = keywords.loopControl.indexVariable { end.add("ansible_index_var", .string(name)) }
        }
        if isNoLog(bound) { end.hide() }
        return end
    }

    /// What is wrong with variables or the wanted state fails the task.
    private func guarded(_ body: () async throws -> ItemEnd) async throws -> ItemEnd {
        do {
            return try await body()
        } catch let problem as Problem {
            return .failure(problem.description)
        } catch let failure as ModuleFailure {
            return .failure(failure)
        }
    }

    /// The end with its failure ignored where the task says so, and with the handlers it notifies.
    private func concluded(_ end: ItemEnd, _ source: ScopeSource) throws -> ItemEnd {
        var end = end
        switch end.report.status {
        case .failed: if try ignoresErrors(source) { end.report.status = .ignored }
        case .changed: end.notified = try notified(source)
        default: break
        }
        if let node = keywords.diff, try !site.templating.boolean(node, in: source.scope(), what: "diff") {
            end.report.diffs = []
        }
        return end
    }

    private func attempt(_ preparation: Preparation) async throws -> ItemEnd {
        if let unmet = try preparation.unmetCondition() { return .unmet(unmet) }
        let target = try preparation.target()
        let session = try site.session(of: target, in: target == execution.host ? preparation.source : nil)
        let facts = try await self.facts(of: target, source: preparation.source)
        let prepared = try preparation.prepared(on: target, facts: facts)
        let call = ModuleCall(
            prepared: prepared, session: session, target: target, facts: facts, site: site, label: label,
            isDelegated: target != execution.host, checks: try checks(preparation.source),
            isQuiet: isNoLog(preparation.source), lookAhead: lookAhead(prepared.account))
        var end = try await retried(call, source: preparation.source)
        end.report.delegate = target == execution.host ? nil : target
        if target != execution.host, try setsDelegatesFacts(preparation.source) { end.factsHost = target }
        return end
    }

    private func facts(of target: String, source: ScopeSource) async throws -> HostFacts {
        if task.isLocal { return try site.memory(of: target).read(\.facts) }
        let account = try BecomeSettings.account(of: keywords, host: target, site: site, scope: source.scope())
        return try await site.facts(of: target, as: account)
    }

    /// Runs the module, again and again while `until` does not hold (without `until`: while it fails).
    private func retried(_ call: ModuleCall, source: ScopeSource) async throws -> ItemEnd {
        let scope = source.scope()
        let given = try keywords.retries.map { Int(try site.templating.number($0, in: scope, what: "retries")) }
        let retries = max(0, given ?? (keywords.until.isEmpty ? 0 : 3))
        let delay = try keywords.delay.map { try site.templating.number($0, in: scope, what: "delay") } ?? 5
        for attempt in 1... {
            var end = try judged(try await call.runInTurn(), source: source)
            guard retries > 0, end.report.status != .skipped, end.report.status != .deferred else { return end }
            end.add("attempts", .int(attempt))
            if try isEnough(end, source: source) { return end }
            guard attempt <= retries else {
                end.fail(end.report.message ?? "still not so after \(attempt) attempts")
                end.add("attempts", .int(retries))
                return end
            }
            if !call.isQuiet {
                let text = "not yet; attempts left: \(retries - attempt + 1)"
                await site.tell(.progress(host: execution.host, task: label, text: text))
            }
            try await Task.sleep(for: .seconds(delay < 0 ? 1 : delay))
        }
        return .failure("no attempt was made")
    }

    private func isEnough(_ end: ItemEnd, source: ScopeSource) throws -> Bool {
        guard !keywords.until.isEmpty else { return end.report.status != .failed }
        let scope = source.adding(registered(end.result)).scope()
        return try keywords.until.allSatisfy { try site.templating.holds($0, in: scope) }
    }

    /// Applies `changed_when` and `failed_when`, in that order: each sees what the one before decided.
    private func judged(_ end: ItemEnd, source: ScopeSource) throws -> ItemEnd {
        guard end.report.status != .skipped, end.report.status != .deferred else { return end }
        var end = end
        if !keywords.changedWhen.isEmpty { end.add("changed", .bool(try all(keywords.changedWhen, end, source))) }
        var failed = end.report.status == .failed
        if !keywords.failedWhen.isEmpty {
            failed = try all(keywords.failedWhen, end, source)
            end.add("failed_when_result", .bool(failed))
        }
        if failed {
            end.fail(end.report.message ?? "failed_when holds")
        } else {
            end.add("failed", false)
            end.report.status = end.hasChanged ? .changed : .ok
        }
        return end
    }

    private func all(_ conditions: [Node], _ end: ItemEnd, _ source: ScopeSource) throws -> Bool {
        let scope = source.adding(registered(end.result)).scope()
        return try conditions.allSatisfy { try site.templating.holds($0, in: scope) }
    }

    private func registered(_ result: Value) -> Bindings {
        keywords.register.map { [$0: .value(result)] } ?? [:]
    }
}

extension ItemAttempt {
    private func checks(_ source: ScopeSource) throws -> Bool {
        guard let node = keywords.checkMode else { return site.options.check }
        return try site.templating.boolean(node, in: source.scope(), what: "check_mode")
    }

    private func ignoresErrors(_ source: ScopeSource) throws -> Bool {
        guard let node = keywords.ignoreErrors else { return false }
        return try site.templating.boolean(node, in: source.scope(), what: "ignore_errors")
    }

    private func setsDelegatesFacts(_ source: ScopeSource) throws -> Bool {
        guard let node = keywords.delegateFacts else { return false }
        return try site.templating.boolean(node, in: source.scope(), what: "delegate_facts")
    }

    /// True also when it can't be told: then nothing is shown.
    private func isNoLog(_ source: ScopeSource) -> Bool {
        guard let node = keywords.noLog else { return false }
        return (try? site.templating.boolean(node, in: source.scope(), what: "no_log")) ?? true
    }

    private func notified(_ source: ScopeSource) throws -> Set<Int> {
        guard !keywords.notify.isEmpty else { return [] }
        let scope = source.scope()
        let handlers = HandlerNames(context: execution.run.context, host: execution.host)
        return try keywords.notify.reduce(into: []) { found, node in
            let value = try site.templating.value(of: node, in: scope)
            for name in value.list ?? [value] {
                guard let text = name.string else {
                    throw Problem("notify: expected a handler's name, found \(name.kind)", at: node.place)
                }
                found.formUnion(try handlers.handlers(text, at: node.place))
            }
        }
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
        let own = isLast ? [] : [(task: task, context: execution.run.context)]
        return LookAhead(host: execution.host, account: account, tasks: own + execution.ahead)
    }
}
