import Remote

/// The handlers that a host owes, as its session knows of them.
struct OwedState {
    /// Those that were found and that no play has taken up yet.
    var found: Set<OwedHandler> = []
    /// The file of each that was found.
    var files: [OwedHandler: String] = [:]
    /// Where each lies.
    var accounts: [OwedHandler: Set<Become?>] = [:]
    /// Those that this run has noted.
    var fresh: Set<OwedHandler> = []
    /// To be removed, with the account's next change or at the run's end.
    var settled: [Become?: Set<OwedHandler>] = [:]
}

extension HostSession {
    /// Takes up what was owed when the session began, of those that a play can run.
    func takeOwed(_ known: Set<OwedHandler>) -> Set<OwedHandler> {
        defer { owed.found.subtract(known) }
        return owed.found.intersection(known)
    }

    /// Takes out those that were found and that nobody can run any more, with the file of each.
    func takeOrphans(_ isOrphan: @Sendable (OwedHandler) -> Bool) -> [(handler: OwedHandler, file: String)] {
        let orphans = owed.found.filter(isOrphan).sorted { $0.name < $1.name }
        owed.found.subtract(orphans)
        return orphans.map { ($0, owed.files[$0] ?? "") }
    }

    func learnOwed(_ greeting: Reply, as account: Become?) {
        let handlers = OwedFolder.read(greeting.stdout)
        owed.found.formUnion(handlers.keys)
        owed.files.merge(handlers) { _, new in new }
        for handler in handlers.keys { owed.accounts[handler, default: []].insert(account) }
    }

    /// A change of the account notes them.
    func noted(_ handlers: Set<OwedHandler>, as account: Become?) {
        for handler in handlers {
            if owed.accounts[handler] == nil { owed.fresh.insert(handler) }
            owed.accounts[handler, default: []].insert(account)
            owed.settled[account]?.remove(handler)
        }
    }

    /// Those of the handlers that lie with no account.
    func unnoted(_ handlers: Set<OwedHandler>) -> Set<OwedHandler> { handlers.filter { owed.accounts[$0] == nil } }

    /// Notes handlers by a change of its own.
    func note(_ handlers: Set<OwedHandler>, as account: Become?, in folder: OwedFolder) async throws {
        guard !handlers.isEmpty else { return }
        let note = Fragment.changes(folder.noting(handlers))
        // It hangs on nothing that was looked at: where a look was stale, the lock is ours by then.
        for attempt in 1...3 {
            do {
                guard try await send([note], as: account).first?.succeeded == true else { return }
                return noted(handlers, as: account)
            } catch is StaleLook where attempt < 3 {
                continue
            }
        }
    }

    /// Whether one change of this account can forget the handler.
    func liesOnly(_ handler: OwedHandler, with account: Become?) -> Bool { owed.accounts[handler] == [account] }

    /// Those of the handlers that this run noted were not notified after all.
    func takeBack(_ handlers: Set<OwedHandler>) { settle(handlers.intersection(owed.fresh)) }

    /// They have run.
    func settle(_ handlers: Set<OwedHandler>) {
        for handler in handlers {
            for account in owed.accounts.removeValue(forKey: handler) ?? [] {
                owed.settled[account, default: []].insert(handler)
            }
        }
    }

    /// A change of the handler's own has removed its note.
    func forgotten(_ handlers: Set<OwedHandler>) {
        for handler in handlers { owed.accounts[handler] = nil }
    }

    /// The fragments, the first change of which also forgets what is settled.
    func forgetting(_ settled: Set<OwedHandler>, with fragments: [Fragment], in folder: OwedFolder) -> [Fragment] {
        guard !settled.isEmpty, let first = fragments.firstIndex(where: { $0.effect == .changes }) else {
            return fragments
        }
        var fragments = fragments
        fragments[first].shell = "\(folder.forgetting(settled))\n\(fragments[first].shell)"
        return fragments
    }

    /// Forgets what is settled and no change has taken along.
    func settleRest() async {
        for (account, handlers) in owed.settled where !handlers.isEmpty {
            _ = try? await send([.changes(":")], as: account)
        }
    }
}
