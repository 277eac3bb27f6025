import OrderedCollections
import Diagnostics
import Modules
import Remote
import YAML

/// A task still to come, with the play it belongs to.
typealias TaskAhead = (task: PlaybookTask, context: PlayContext)

/// One host's way through one play: sections, blocks, handlers.
struct HostRun: Sendable {
    let host: String
    let context: PlayContext
    /// The plays still to come for this host: what they will look at is asked for along with this one's.
    let later: [PlayContext]

    private var site: Site { context.site }

    /// Why a host leaves a play before its end.
    enum Stop: Error {
        /// A task failed and nothing rescued it.
        case failed(Failure)
        /// `meta: end_host`, `end_play`, or another host's failure that is fatal for all.
        case ended
        /// The connection was lost at a task; the other hosts know what that means for them.
        case lost(String)
    }

    /// A failed task as `rescue` sees it.
    struct Failure: Sendable {
        /// `ansible_failed_task`
        var task: Value
        /// `ansible_failed_result`
        var result: Value
        /// What the task registered and set, for the hosts that it acted for.
        var variables: [String: Value] = [:]
        /// Whether it stands in this host's own counts: not when another host failed for all.
        var isCounted = true

        var elsewhere: Failure {
            var copy = self
            copy.isCounted = false
            return copy
        }
    }

    init(host: String, context: PlayContext, later: [PlayContext]) {
        self.host = host
        self.context = context
        self.later = later
    }

    /// - Parameter skippingTo: tasks with smaller numbers are passed over.
    func run(skippingTo: Int) async {
        do {
            try site.stop.check()
            try await connect()
            try await sections(skippingTo: skippingTo)
            endPlay()
        } catch Stop.failed {
            takeOut { _ in }
        } catch Stop.lost(let reason) {
            await lose(reason)
        } catch is Stop {
            // It ends here, in good order; when all are told to stop, perhaps because another host was.
            if !site.stop.isRequested { endPlay() }
        } catch is LockRefusal {
            // The lock remembers it, and the run ends with it.
            takeOut { _ in }
        } catch is CancellationError {
            // Whoever cancelled the run knows.
        } catch let problem as Problem {
            await fail(problem)
        } catch {
            if let reason = loss(error) {
                await lose(reason)
                await failAsLost(isFatal: context.play.keywords.anyErrorsFatal == true)
            }
        }
        await tellKept()
        await context.rendezvous.leave(host)
    }

    /// What was notified and did not run, because the host failed or all were told to stop.
    private func tellKept() async {
        guard let memory = try? site.memory(of: host), !site.options.check else { return }
        let names = memory.read { $0.owed.map(\.name).sorted() }
        memory.update { $0.owed = [] }
        if !names.isEmpty { await site.tell(.handlersKept(host: host, handlers: names)) }
    }

    private func endPlay() {
        (try? site.memory(of: host))?.update { [index = context.index] in _ = $0.way.plays.insert(index) }
    }

    private func takeOut(_ update: (inout HostMemory.State) -> Void) {
        (try? site.memory(of: host))?.takeOut(update)
    }

    /// What the play itself says can't be evaluated for this host.
    func fail(_ problem: Problem) async {
        takeOut { $0.recap.count(.failed) }
        var report = ItemEnd.failure(problem.description).report
        report.host = host
        report.task = TaskLabel(id: 0, name: "Read the play", place: context.play.place, isHandler: false)
        await site.tell(.taskFinished(report))
        await context.rendezvous.fail(host, isFatal: context.play.keywords.anyErrorsFatal == true)
    }

    private func lose(_ reason: String) async {
        takeOut { $0.recap.unreachable = reason }
        await site.tell(.hostLost(host: host, error: reason))
    }

    /// Where an error is fatal for all, so is losing a host, unless such hosts are to be passed over. To
    /// `max_fail_percentage` it does not count.
    func failAsLost(isFatal: Bool) async {
        guard isFatal, !site.options.skipsUnreachable else { return }
        await context.rendezvous.fail(host, isFatal: true)
    }

    /// Why the host is lost, when that is what the error says.
    func loss(_ error: any Error) -> String? {
        // A cancelled run gives its connections up half way, which looks like a loss: the host is not to blame.
        guard !Task.isCancelled else { return nil }
        switch error {
        case is Stop, is LockRefusal, is CancellationError, is Problem: return nil
        case let error as TransportError: return error.description
        default: return "\(host): \(error)"
        }
    }

    /// Logs in and learns the facts, as the account the play works as, so that no second shell is needed.
    private func connect() async throws {
        // They may say how the host is reached. A name that hangs on a fact can't be told yet.
        try? context.loadVarsFiles(for: host)
        let source = ScopeSource(site: site, host: host, play: context, task: nil)
        try site.requireOneWay(to: host, in: source, at: context.play.hostsPlace)
        site.secrets.learn(from: source.scope())
        if context.play.gatherFacts {
            let account = try BecomeSettings.account(
                of: context.play.keywords, host: host, site: site, scope: source.scope())
            let ahead = lookAhead(account)
            _ = try await context.working { try await site.facts(of: host, as: account, in: source, ahead: ahead) }
        }
        guard !context.play.varsFiles.isEmpty || !later.isEmpty else { return }
        try context.loadVarsFiles(for: host)
        site.secrets.learn(from: ScopeSource(site: site, host: host, play: context, task: nil).scope())
        // A later play's files are asked for again when it begins: here they only help to look ahead.
        for context in later { try? context.loadVarsFiles(for: host) }
    }

    /// All that the host will be asked, as far as it can be told before its facts are known.
    private func lookAhead(_ account: Become?) -> LookAhead {
        for context in [context] + later {
            try? context.loadVarsFiles(for: host)
            // What is asked along may hold their secrets.
            site.secrets.learn(from: ScopeSource(site: site, host: host, play: context, task: nil).scope())
        }
        let own = context.play.sections.flatMap { context.section($0).expectedTasks }
        return LookAhead(host: host, account: account, tasks: own.map { (task: $0, context: context) } + laterTasks)
    }

    private func sections(skippingTo: Int) async throws {
        var notified: Set<Int> = []
        let sections = context.play.sections.map(context.section)
        for (number, items) in sections.enumerated() where !items.isEmpty {
            let after = sections[(number + 1)...].flatMap(\.expectedTasks).map { (task: $0, context: context) }
            var walk = SectionWalk(
                run: self, number: number, skippingTo: skippingTo,
                tasks: items.expectedTasks.map { (task: $0, context: context) }, after: after + laterTasks)
            do {
                try await walk.items(items, notified: &notified)
            } catch let stop as Stop where context.play.forceHandlers || site.options.forceHandlers {
                guard await isFailure(stop) else { throw stop }
                walk.isClosing = true
                try await walk.flushHandlers(&notified)
                throw stop
            }
            try await walk.flushHandlers(&notified)
        }
    }

    /// It failed here, or another host's failure was fatal for all.
    private func isFailure(_ stop: Stop) async -> Bool {
        switch stop {
        case .failed: true
        case .ended: await context.rendezvous.ending == .failures
        case .lost: false
        }
    }

    private var laterTasks: [TaskAhead] {
        later.flatMap { context in
            context.play.sections.flatMap { context.section($0).expectedTasks }.map { (task: $0, context: context) }
        }
    }
}
