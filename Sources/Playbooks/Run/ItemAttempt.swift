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
        let reads = VariableReads()
        let secretReads = SecretReads()
        var bound = item.map { source.adding(keywords.loopControl.bindings(item: $0, index: index)) } ?? source
        bound = bound.noting(secretReads)
        if site.options.check { bound = bound.noting(reads) }
        let preparation = Preparation(
            task: task, context: execution.run.context, host: execution.host, source: bound)
        var end = try await guarded { try await self.attempt(preparation, reads) }
        if site.options.check {
            end = settled(end, reads)
            if end.isPending { end.words.makes = accountsToMake(preparation) }
        }
        end = try await guarded { [end] in try concluded(end, bound) }
        try await keepNotes(end, bound)
        if end.report.plan != nil { end.report.plan?.index = planIndex }
        end.report.duration = clock.now - start
        end.report.item = itemLabel(bound)
        end.report.readsShortSecret = secretReads.hasShort
        // What is told of it must not show what it is registered as.
        if let name = keywords.register { site.secrets.learn(end.result, named: name) }
        if let item {
            end.add(keywords.loopControl.variable, item)
            end.add("ansible_loop_var", .string(keywords.loopControl.variable))
            if let name = keywords.loopControl.indexVariable {
                end.add(name, .int(index))
                end.add("ansible_index_var", .string(name))
            }
        }
        if isNoLog(bound) { end.hide() }
        return end
    }

    /// Tells the items of loops apart, those of includes around them too.
    private var planIndex: Int? {
        guard !task.path.isEmpty else { return item == nil ? nil : index }
        return task.path.reduce(item == nil ? 0 : index + 1) { $0 &* 4099 &+ $1 }
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
        case .skipped, .deferred:
            if end.isUnknown, end.report.plan?.isQuiet != true {
                end.possiblyNotified = (try? notified(source)) ?? []
            }
        default: break
        }
        if let node = keywords.diff {
            end.report.showsDiffs = try site.templating.boolean(node, in: source.scope(), what: "diff")
            if !end.report.showsDiffs { end.report.diffs = [] }
        }
        return end
    }

    private func attempt(_ preparation: Preparation, _ reads: VariableReads) async throws -> ItemEnd {
        switch try preparation.decision() {
        case .met: break
        case .unmet(let condition): return .unmet(condition)
        case .unmetInCheckMode(let condition): return .unmetInCheckMode(condition)
        case .hanging(let tasks): return .deferred(after: tasks)
        }
        let target = try preparation.target()
        let session = try self.session(of: target, preparation)
        let facts = try await self.facts(of: target, preparation)
        let prepared = try preparation.prepared(on: target, facts: facts)
        let hanging = site.tasksInTheWay(of: task, reads)
        guard hanging.isEmpty else { return .deferred(after: hanging) }
        let checks = try checks(preparation.source)
        let call = ModuleCall(
            prepared: prepared, session: session, target: target, facts: facts, site: site, label: label,
            isDelegated: target != execution.host,
            isForced: keywords.checkMode != nil && !checks, checks: checks,
            key: PlanKey(host: execution.host, task: task.id, index: planIndex),
            isQuiet: isNoLog(preparation.source),
            printsSecret: keywords.register.map(site.secrets.isSecret) ?? false, lookAhead: lookAhead(prepared.account),
            notes: try await notes(preparation.source, session: session, account: prepared.account, checks: checks))
        var end = try await retried(call, source: preparation.source)
        end.words = prepared.words
        if checks, let owner = try await missingOwner(end, call) {
            end.hang(on: owner.task, forLackOf: owner.account)
        }
        end.report.arguments = prepared.shown
        end.looksElsewhere = (prepared.module as? any Convergent)?.looksElsewhere == true
        if keywords.changedWhen.contains(where: { $0.value == .bool(false) }) { end.report.plan?.isQuiet = true }
        end.report.delegate = target == execution.host ? nil : target
        if target != execution.host, try setsDelegatesFacts(preparation.source) { end.factsHost = target }
        return end
    }

    private func session(of target: String, _ preparation: Preparation) throws -> HostSession {
        // What needs no host reaches none.
        let target = task.isLocal ? execution.host : target
        let way = preparation.way(to: target)
        if target != execution.host {
            try site.requireOneWay(to: target, in: way, at: keywords.delegateTo?.place)
        }
        return try site.session(of: target, in: way)
    }

    private func facts(of target: String, _ preparation: Preparation) async throws -> HostFacts {
        if task.isLocal { return try site.memory(of: target).read(\.facts) }
        let account = try preparation.account(on: target, in: preparation.source.scope())
        let ahead = target == execution.host ? lookAhead(account, fromHere: true) : nil
        return try await site.facts(of: target, as: account, ahead: ahead)
    }

    /// Runs the module, again and again while `until` does not hold (without `until`: while it fails).
    private func retried(_ call: ModuleCall, source: ScopeSource) async throws -> ItemEnd {
        let scope = source.scope()
        let given = try keywords.retries.map { Int(try site.templating.number($0, in: scope, what: "retries")) }
        let retries = max(0, given ?? (keywords.until.isEmpty ? 0 : 3))
        let delay = try keywords.delay.map { try site.templating.number($0, in: scope, what: "delay") } ?? 5
        var call = call
        for attempt in 1... {
            call.looksAnew = attempt > 1 || !keywords.until.isEmpty
            var end = try judged(try await call.runInTurn(), source: source)
            guard retries > 0, end.report.status != .skipped, end.report.status != .deferred else { return end }
            // In check mode nothing that is waited for will come about.
            if site.options.check, !site.pending(on: [execution.host, call.target]).isEmpty { return end }
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
            try await site.stop.sleep(for: .seconds(delay < 0 ? 1 : delay))
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
            do {
                failed = try all(keywords.failedWhen, end, source)
                end.add("failed_when_result", .bool(failed))
            } catch let problem as Problem {
                // What the module answered stays known.
                end.add("failed_when_result", .string("Error while evaluating conditional: \(problem.message)"))
                end.fail(problem.description)
                return end
            }
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
