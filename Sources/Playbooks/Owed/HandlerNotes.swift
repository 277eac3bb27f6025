import Remote
import YAML

/// What the changes of a task note about handlers on its host: which it notifies, and which it is.
struct HandlerNotes: Sendable {
    /// Those that the task notifies if it changes something.
    var notified: Set<OwedHandler> = []
    /// The handler that the task is, if one change forgets it.
    var done: Set<OwedHandler> = []
    var folder = OwedFolder()
    /// The task's own host, and the account that notes there what a delegated task notifies.
    var home: HostSession?
    var account: Become?

    /// What another host's change notifies is noted at home before it is made.
    func beforeChange(isDelegated: Bool) async throws {
        guard !notified.isEmpty, isDelegated, let home else { return }
        try await home.note(home.unnoted(notified), as: account, in: folder)
    }

    /// The first change that was sent has come to this end: the note that it carried stays only with a success.
    func carried(_ reply: Reply?, isDelegated: Bool) async {
        guard !notified.isEmpty, !isDelegated, reply?.succeeded == true else { return }
        await home?.noted(notified, as: account)
    }

    func around(_ fragment: Fragment, isFirst: Bool, isLast: Bool, isDelegated: Bool) -> Fragment {
        guard fragment.effect == .changes else { return fragment }
        var noting = fragment
        noting.shell = folder.around(
            fragment.shell, noting: isFirst && !isDelegated ? notified : [], forgetting: isLast ? done : [])
        return noting
    }

    /// All changes are made.
    func made(isDelegated: Bool) async {
        if !done.isEmpty, !isDelegated { await home?.forgotten(done) }
    }
}

extension ItemAttempt {
    /// - Parameters:
    ///   - session: where the changes are made.
    ///   - account: who makes them.
    func notes(
        _ source: ScopeSource, session: HostSession, account: Become?, checks: Bool
    ) async throws -> HandlerNotes {
        guard !checks, !task.isLocal, execution.isHandler || !keywords.notify.isEmpty else { return HandlerNotes() }
        let names = HandlerNames(context: execution.run.context, host: execution.host)
        let home = try site.session(of: execution.host, in: source)
        var notes = HandlerNotes(folder: site.owed, home: home, account: account)
        if !keywords.changedWhen.contains(where: { $0.value == .bool(false) }) {
            // What can't be told before its result is known is noted after it.
            notes.notified = names.owed((try? notified(source)) ?? [])
        }
        guard execution.isHandler, item == nil, session.host == execution.host else { return notes }
        let own = names.owed(task)
        if await home.liesOnly(own, with: account) { notes.done = [own] }
        return notes
    }

    /// Notes what was notified and could not be told before, and forgets what was not notified after all.
    func keepNotes(_ end: ItemEnd, _ source: ScopeSource) async throws {
        guard !site.options.check, !keywords.notify.isEmpty else { return }
        let names = HandlerNames(context: execution.run.context, host: execution.host)
        let memory = try site.memory(of: execution.host)
        let notified = names.owed(end.notified)
        memory.update { $0.owed.formUnion(notified) }
        let home = try site.session(of: execution.host, in: source)
        if !notified.isEmpty {
            let account = try BecomeSettings.account(
                of: keywords, host: execution.host, site: site, scope: source.scope())
            try await home.note(await home.unnoted(notified), as: account, in: site.owed)
        }
        // A failure may have come after a change that was made.
        guard end.report.status != .failed, end.report.status != .ignored else { return }
        let possible = names.owed((try? self.notified(source)) ?? [])
        await home.takeBack(possible.subtracting(memory.read(\.owed)))
    }
}
