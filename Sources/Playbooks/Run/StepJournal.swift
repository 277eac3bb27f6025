import Fleet
import Modules
import OrderedCollections
package import Remote

/// A step that may change something, as a journal names it.
package struct JournalStep: Hashable, Sendable {
    /// The host whose task it is.
    package var host: String
    /// Where it acts, when that is another.
    package var delegate: String?
    package var task: String
    package var module: String
}

/// What a run writes down about each step that may change something: before it, and after it.
///
/// It may look at the site's hosts and write beside what is under way there, by `Site.aside`.
package protocol StepJournal: Sendable {
    func before(_ step: JournalStep, on site: Site) async
    func after(_ step: JournalStep, failed: Bool, on site: Site) async
    /// The run has ended; its hosts can still be reached.
    func close(on site: Site) async
}

extension Site {
    /// Whether a host was reached in this run and not lost since.
    package func isReached(_ host: String) -> Bool {
        guard let memory = try? memory(of: host) else { return false }
        return memory.read { !$0.facts.values.isEmpty && $0.recap.unreachable == nil }
    }

    /// Why hosts that were reached in this run can't be any more, when nothing else went wrong; nil otherwise.
    package var losses: String? {
        let ends = inventory.hosts.keys.compactMap { host in
            try? memory(of: host).read { (recap: $0.recap, wasReached: !$0.facts.values.isEmpty) }
        }
        let lost = ends.filter { $0.recap.unreachable != nil }
        guard !lost.isEmpty, lost.allSatisfy(\.wasReached), ends.allSatisfy({ $0.recap.failed == 0 }) else {
            return nil
        }
        return lost.compactMap(\.recap.unreachable).joined(separator: "; ")
    }

    /// Takes the lock, where the run has one, on the host where runs meet: before the first change, for what must not be
    /// done beside another run.
    /// - Throws: `LockRefusal` when somebody else has it; `ModuleFailure` when no host can be reached to take it on.
    package func takeLock() async throws {
        guard let lock else { return }
        try await lock.anchor(on: Array(inventory.hosts.keys), for: nil) { [self] candidate in
            (try session(of: candidate), try BecomeSettings.root(of: candidate, site: self))
        }
        try lock.throwIfRefused()
        guard lock.isAnchored else {
            throw ModuleFailure("the site's lock can't be taken: none of the inventory's hosts can be reached as root")
        }
    }

    /// Runs a fragment as root beside whatever is under way on a host.
    /// - Returns: nil when the host does not answer in time.
    package func aside(_ fragment: Fragment, on host: String, within limit: Duration) async -> Reply? {
        guard let session = try? session(of: host), let account = try? BecomeSettings.root(of: host, site: self) else {
            return nil
        }
        return await withTaskGroup(of: Reply?.self) { group in
            // In a shell of its own: one that is given up when the time is over is of no use any more.
            group.addTask { try? await session.connection().companion(as: account).run([fragment]).first }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }
}

extension ModuleCall {
    /// Does what may change something between the journal's two lines about it.
    func journaled<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        guard let journal = site.journal else { return try await body() }
        let step = JournalStep(
            host: key.host, delegate: target == key.host ? nil : target, task: site.secrets.redacted(label.name),
            module: label.module)
        await journal.before(step, on: site)
        do {
            let result = try await body()
            await journal.after(step, failed: false, on: site)
            return result
        } catch {
            await journal.after(step, failed: true, on: site)
            throw error
        }
    }
}
