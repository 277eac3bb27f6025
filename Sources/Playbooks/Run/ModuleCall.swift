import Diagnostics
import Health
import Modules
import OrderedCollections
import Remote
import YAML

/// A prepared module on its host: looks and changes, acts, or evaluates, by its kind.
struct ModuleCall: Sendable {
    let prepared: Preparation.Prepared
    let session: HostSession
    let target: String
    let facts: HostFacts
    let site: Site
    let label: TaskLabel
    let isDelegated: Bool
    /// `check_mode: false`: it is run for real while planning too.
    let isForced: Bool
    /// Nothing may be changed.
    let checks: Bool
    /// What a saved plan knows it by.
    let key: PlanKey
    /// `no_log`: nothing is told on the way.
    let isQuiet: Bool
    /// What it prints is kept under a secret's name.
    let printsSecret: Bool
    let lookAhead: LookAhead
    let notes: HandlerNotes
    /// It waits for something to come about, which nothing seen before can tell.
    var looksAnew = false

    /// Waits for the host to be free; a module's failure is an end too, for `failed_when` and `until` to judge.
    /// - Throws: `Problem`, `TransportError`.
    func runInTurn() async throws -> ItemEnd {
        do {
            return try await session.turn.taking { try await self.runOnFreshLooks() }
        } catch let failure as ModuleFailure {
            return .failure(failure)
        } catch {
            let target = target
            if await session.leftWorking { try site.memory(of: key.host).update { $0.way.goesOn = target } }
            throw error
        }
    }

    /// What was decided on looks that another run made stale is decided again: by then the site's lock is ours.
    private func runOnFreshLooks() async throws -> ItemEnd {
        // Twice at most: its own change came late, and another host's had the lock taken here meanwhile.
        for _ in 0..<2 {
            do { return try await run() } catch is StaleLook { continue }
        }
        return try await run()
    }

    private func run() async throws -> ItemEnd {
        let limit = TimeLimit(prepared.timeout)
        return switch prepared.module {
        case let module as any Convergent: try await converge(module, within: limit)
        case let module as any Action: try await act(module, within: limit)
        case let module as any LocalModule: try evaluate(module)
        default: throw ModuleFailure("\(type(of: prepared.module).spec.name) has no kind")
        }
    }

    private func converge(_ module: any Convergent, within limit: TimeLimit) async throws -> ItemEnd {
        let findings = try await look(module)
        let convergence = try module.converge(findings)
        var report = ItemEnd.blank(convergence.changes.isEmpty ? .ok : .changed)
        report.changes = convergence.changes.map(\.summary)
        report.diffs = convergence.changes.compactMap(\.diff)
        var result: ValueMap = ["changed": .bool(!convergence.changes.isEmpty), "failed": false]
        guard !convergence.changes.isEmpty, !checks else {
            result.merge(convergence.result) { _, own in own }
            if !convergence.changes.isEmpty {
                report.plan = PlanNote(.changes, digest: ChangeDigest(convergence.changes).hex)
            }
            var end = ItemEnd(report, result: result)
            end.isPending = !convergence.changes.isEmpty
            return end
        }
        try await permit(convergence.changes)
        try await notes.beforeChange(isDelegated: isDelegated)
        let replies = try await journaled { try await make(convergence.changes, of: module, within: limit) }
        result.merge(module.result(of: convergence, replies: replies)) { _, own in own }
        return ItemEnd(report, result: result)
    }

    private func look(_ module: any Convergent) async throws -> Findings {
        if module.looksElsewhere || looksAnew {
            return try await session.freshFindings(module.probes, as: prepared.account)
        }
        return try await session.findings(module.probes, as: prepared.account) {
            isDelegated ? [] : lookAhead.probes()
        }
    }

    /// Makes the changes, and looks at what later tasks need in the same round trip.
    private func make(
        _ changes: [Change], of module: any Convergent, within limit: TimeLimit
    ) async throws -> [Reply] {
        let recalled = await session.recalled[prepared.account] ?? Findings()
        let ahead = isDelegated ? [] : lookAhead.probes(recalling: recalled)
        var replies: [Reply] = []
        // The limit is for all of them together: what one has used, the next one lacks.
        for batch in limit.isSet ? changes.map({ [$0] }) : [changes] {
            let isLast = replies.count + batch.count == changes.count
            let isFirst = replies.isEmpty
            let fragments = batch.enumerated().map { index, change in
                notes.around(
                    dressed(change.fragment, within: limit), isFirst: isFirst && index == 0,
                    isLast: isLast && index == batch.count - 1, isDelegated: isDelegated)
            }
            await told(fragments)
            replies += try await heard { hearing in
                try await session.change(
                    fragments.map(streaming), as: prepared.account, ahead: isLast ? ahead : [], hearing: hearing)
            }
            if isFirst { await notes.carried(replies.first, isDelegated: isDelegated) }
            guard replies.last?.succeeded == true else { break }
        }
        for (change, reply) in zip(changes, replies) {
            if let failure = module.failure(of: change, reply) { throw failure }
        }
        await notes.made(isDelegated: isDelegated)
        guard replies.count == changes.count else {
            throw ModuleFailure("\(changes.count) changes were sent, \(replies.count) answers came back")
        }
        return replies
    }

    private func act(_ module: any Action, within limit: TimeLimit) async throws -> ItemEnd {
        if checks, !module.onlyReads {
            var end = ItemEnd(
                skippedInCheckMode(),
                result: module.resultInCheckMode.merging(["changed": false, "skipped": true]) { own, _ in own })
            end.isPending = true
            end.isUnknown = true
            end.report.plan = PlanNote(.acts)
            return end
        }
        if !module.onlyReads, !isForced { try site.options.permit?.checkAction(key) }
        if !module.onlyReads { try await notes.beforeChange(isDelegated: isDelegated) }
        let host = SessionHost(
            name: target, facts: facts, session: session, account: prepared.account, site: site, label: label,
            isQuiet: isQuiet,
            dress: { dressed($0, within: limit) },
            note: { notes.around($0, isFirst: true, isLast: false, isDelegated: isDelegated) },
            carried: { await notes.carried($0, isDelegated: isDelegated) },
            call: self)
        if module.onlyReads { return end(of: try await limit.limiting { try await module.act(on: host) }) }
        await outdate()
        return try await journaled { end(of: try await limit.limiting { try await module.act(on: host) }) }
    }

    /// What it waits for, or asks others to do, may change the hosts: what was seen of them before counts no more.
    private func outdate() async {
        await session.outdate()
        if isDelegated { await (try? site.session(of: key.host))?.outdate() }
    }

    private func evaluate(_ module: any LocalModule) throws -> ItemEnd {
        let outcome = try module.evaluate()
        var end = end(of: outcome)
        end.facts = outcome.facts
        end.areFacts = outcome.areFacts
        end.definitions = outcome.definitions
        return end
    }

    private func end(of outcome: Outcome) -> ItemEnd {
        var report = ItemEnd.blank(outcome.changed ? .changed : .ok)
        report.message = outcome.message
        report.diffs = outcome.diffs
        var result: ValueMap = ["changed": .bool(outcome.changed), "failed": false]
        result.merge(outcome.result) { _, own in own }
        return ItemEnd(report, result: result)
    }

    private func skippedInCheckMode() -> TaskReport {
        var report = ItemEnd.blank(.skipped)
        report.message = "it always acts, so it is not run in check mode"
        return report
    }

    /// The fragment with the task's environment and what is left of its time.
    private func dressed(_ fragment: Fragment, within limit: TimeLimit) -> Fragment {
        var dressed = fragment
        if let exports = prepared.exports { dressed.shell = "\(exports)\n\(fragment.shell)" }
        dressed.timeout = limit.shortening(dressed.timeout)
        return dressed
    }

    /// - Throws: `ModuleFailure` when a saved plan is applied and these changes are not in it.
    private func permit(_ changes: [Change]) async throws {
        guard let permit = site.options.permit, !isForced else { return }
        try permit.check(key, changes, isFirstChange: await !session.hasChanged)
    }
}

/// A session as actions see it.
struct SessionHost: ActionHost {
    let name: String
    let facts: HostFacts
    let session: HostSession
    let account: Become?
    let site: Site
    let label: TaskLabel
    let isQuiet: Bool
    let dress: @Sendable (Fragment) -> Fragment
    /// Adds what a change on the task's own host notes.
    let note: @Sendable (Fragment) -> Fragment
    /// Learns what became of a change that carried a note.
    let carried: @Sendable (Reply?) async -> Void
    let call: ModuleCall

    var http: any HTTPProbe { site.http }

    func run(_ fragments: [Fragment]) async throws -> [Reply] {
        let fragments = fragments.map { note(dress($0)) }
        await call.told(fragments)
        let replies = try await call.heard { hearing in
            try await session.run(fragments.map(call.streaming), as: account, hearing: hearing)
        }
        // Every change carries the note; what the last one that was made left counts.
        for (fragment, reply) in zip(fragments, replies) where fragment.effect == .changes { await carried(reply) }
        return replies
    }

    func run(_ fragment: Fragment, fedBy feed: any ByteFeed) async throws -> Reply {
        let reply = try await session.run(note(dress(fragment)), fedBy: feed, as: account)
        if fragment.effect == .changes { await carried(reply) }
        return reply
    }

    func tunnel(to address: String, port: Int) async throws -> TunnelSocket {
        try await session.tunnel(to: address, port: port)
    }

    func peer(_ name: String) async throws -> any ActionHost {
        let session = try site.session(of: name)
        return SessionHost(
            name: name, facts: try await session.facts(as: account), session: session, account: account, site: site,
            label: label, isQuiet: isQuiet, dress: dress, note: { $0 }, carried: { _ in }, call: call)
    }

    func progress(_ text: String) async {
        guard !isQuiet else { return }
        await site.tell(.progress(host: name, task: label, text: text))
    }

    func holdSite() async throws { try await site.takeLock() }

    func rest(for duration: Duration) async throws { try await site.stop.sleep(for: duration) }

    func ask(_ question: String) async throws -> Bool {
        guard let prompt = site.prompt else { throw ModuleFailure("there is no terminal to ask on: \(question)") }
        await site.tell(.asked(host: name, question: question))
        let answer = await Result { try await prompt.ask(question, resting: { try await site.stop.sleep(for: $0) }) }
        await site.tell(.answered(host: name, agreed: (try? answer.get()) ?? false))
        return try answer.get()
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
