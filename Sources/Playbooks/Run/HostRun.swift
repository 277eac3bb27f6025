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
        case failed
        case unreachable(String)
        /// `meta: end_host`, `end_play`, or another host's failure that is fatal for all.
        case ended
    }

    init(host: String, context: PlayContext, later: [PlayContext]) {
        self.host = host
        self.context = context
        self.later = later
    }

    /// - Parameter skippingTo: tasks with smaller numbers are passed over.
    func run(skippingTo: Int) async {
        let ending = await end(skippingTo: skippingTo)
        guard let memory = try? site.memory(of: host) else { return }
        switch ending {
        case nil, .ended:
            await context.rendezvous.leave(host, failed: false)
        case .failed:
            memory.update { $0.isOut = true }
            await context.rendezvous.leave(host, failed: true)
            await checkThreshold()
        case .unreachable(let reason):
            memory.update {
                $0.isOut = true
                $0.recap.unreachable = reason
            }
            await site.tell(.hostLost(host: host, error: reason))
            await context.rendezvous.leave(host, failed: true)
            await checkThreshold()
        }
    }

    private func end(skippingTo: Int) async -> Stop? {
        do {
            try await connect()
            try await sections(skippingTo: skippingTo)
            return nil
        } catch let stop as Stop {
            return stop
        } catch let error as TransportError {
            return .unreachable(error.description)
        } catch {
            return .unreachable("\(host): \(error)")
        }
    }

    /// Logs in and learns the facts, as the account the play works as, so that no second shell is needed.
    private func connect() async throws {
        let source = ScopeSource(site: site, host: host, play: context, task: nil)
        site.secrets.learn(from: source.scope())
        let session = try site.session(of: host)
        let memory = try site.memory(of: host)
        let account = try BecomeSettings.account(
            of: context.play.keywords, host: host, site: site, scope: source.scope())
        if memory.read({ $0.facts.values.isEmpty }) {
            let clock = ContinuousClock()
            let start = clock.now
            memory.learn(try await session.facts(as: account))
            await site.tell(.hostConnected(host: host, after: clock.now - start))
        }
        try context.loadVarsFiles(for: host)
        site.secrets.learn(from: ScopeSource(site: site, host: host, play: context, task: nil).scope())
        // A later play's files are asked for again when it begins: here they only help to look ahead.
        for context in later { try? context.loadVarsFiles(for: host) }
    }

    private func sections(skippingTo: Int) async throws {
        var notified: Set<Int> = []
        let sections = context.play.sections.map(context.section)
        for (number, items) in sections.enumerated() where !items.isEmpty {
            let walk = SectionWalk(
                run: self, number: number, skippingTo: skippingTo,
                ahead: sections[number...].flatMap(\.expectedTasks).map { (task: $0, context: context) } + laterTasks)
            do {
                try await walk.items(items, notified: &notified)
            } catch Stop.failed where context.play.forceHandlers || site.options.forceHandlers {
                try await walk.flushHandlers(&notified)
                throw Stop.failed
            }
            try await walk.flushHandlers(&notified)
        }
    }

    private var laterTasks: [TaskAhead] {
        later.flatMap { context in
            context.play.sections.flatMap { context.section($0).expectedTasks }.map { (task: $0, context: context) }
        }
    }

    /// Ends the batch for all when more hosts failed than the play allows.
    private func checkThreshold() async {
        let rendezvous = context.rendezvous
        if context.play.anyErrorsFatal || context.play.keywords.anyErrorsFatal { return await rendezvous.abort() }
        guard let most = context.play.maxFailPercentage else { return }
        let share = Double(await rendezvous.failures) * 100 / Double(context.batch.count)
        if share > most { await rendezvous.abort() }
    }
}
