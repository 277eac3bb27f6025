import Modules
import OrderedCollections
import Playbooks
import Remote
import Rollouts
import YAML

/// One rollout's journal: each line goes to this machine's disk first, then to every app server that can be reached.
///
/// It is a view of the run too: which release it is about and how it ends is told by the playbook's tasks.
actor RunJournal: StepJournal, RunObserver {
    nonisolated let run: String
    private let local: LocalJournals
    private let hosts: [String]
    private let remote: HostJournal
    private let console: Console
    private var lines: [String] = []
    /// How many of the lines each host was given.
    private var given: [String: Int] = [:]
    private var silent: Set<String> = []
    private var release: String?
    /// Milliseconds by which this run's times go before this machine's clock.
    private let lead: Int
    private var hasComplained = false
    /// The end as the playbook said it.
    private(set) var end: RolloutEnd?
    private var message: String?

    /// How long a host may take for a line; one that is slower gets no more of them.
    private static let patience = Duration.seconds(4)

    /// - Parameters:
    ///   - hosts: the app servers.
    ///   - remote: where they keep their copies.
    ///   - newest: when the newest run began that is known, by its operator's clock: this one comes after it, whatever
    ///     this machine's clock says.
    init(
        _ identity: RunIdentity, beginning fields: ValueMap, local: LocalJournals, hosts: [String],
        remote: HostJournal, console: Console, after newest: Int? = nil
    ) {
        let now = RunIdentity.now
        lead = max(0, (newest ?? 0) + 1 - now)
        run = identity.id
        self.local = local
        self.hosts = hosts
        self.remote = remote
        self.console = console
        release = fields["release"]?.string
        var begun: ValueMap = [
            "run": .string(identity.id), "command": .string(identity.command), "holder": .string(identity.holder),
            "machine": .string(identity.machine), "pid": .int(identity.pid),
        ]
        begun.merge(fields) { own, _ in own }
        lines.append(JournalEntry(.begun, at: now + lead, begun).line)
    }

    /// Writes the first line here.
    /// - Throws: `CommandFailure` when this machine can't keep a journal.
    func open() async throws {
        try await local.prepare()
        do { try await local.append(lines, to: run) } catch {
            throw CommandFailure("\(local.path(of: run)): \(error)", hint: "name another folder in XDG_STATE_HOME")
        }
    }

    func before(_ step: JournalStep, on site: Site) async { await write(.before, Self.fields(step), on: site) }

    func after(_ step: JournalStep, failed: Bool, on site: Site) async {
        var fields = Self.fields(step)
        if failed { fields["failed"] = true }
        await write(.after, fields, on: site)
    }

    func observe(_ event: RunEvent) async {
        guard case .taskFinished(let report) = event else { return }
        if report.task.module == ReleaseModule.name { await learn(report.result["id"]?.string) }
        guard report.task.module == RolloutModule.name,
            let told = report.result["outcome"]?.string.flatMap(RolloutEnd.init(rawValue:))
        else { return }
        if let behind = report.result["behind"]?.list, !behind.isEmpty {
            await write(.behind, ["hosts": .list(behind)], on: nil)
        }
        switch told {
        case .begun:
            await learn(report.result["release"]?.string)
            await write(.stock, RolloutStock(report.result["stock"] ?? .null).fields, on: nil)
        case .undoing: await write(.undoing, ["reason": report.result["reason"] ?? .null], on: nil)
        default: (end, message) = (told, report.result["msg"]?.string)
        }
        // What comes after it (hooks) is no part of the rollout: cut off there, nothing of it is left to do.
        if told == .done { await write(.ended, ending(told.rawValue), on: nil) }
    }

    private func learn(_ id: String?) async {
        guard let id, release == nil else { return }
        release = id
        await write(.release, ["release": .string(id)], on: nil)
    }

    private func ending(_ outcome: String) -> ValueMap {
        ["outcome": .string(outcome), "message": message.map { .string($0) } ?? .null]
    }

    /// Whether there is something left to resume or to abort.
    var isOpen: Bool { RunRecord(id: run, lines: lines)?.isOpen ?? false }

    func close(on site: Site) async {
        if end == nil, !isStopped(site), let reason = site.losses {
            (end, message) = Self.pause(losing: reason)
            message.map { console.say($0) }
        }
        let outcome =
            end?.rawValue
            ?? (isRefused(site) ? "refused" : Task.isCancelled || site.stop.isRequested ? "interrupted" : "failed")
        let fields = ending(outcome)
        // Not a child of the run, whose cancellation would end it.
        await Task { await self.write(.ended, fields, on: site) }.value
    }

    /// Of a batch of one that is lost nobody is left to say so in the playbook.
    private static func pause(losing reason: String) -> (RolloutEnd, String) {
        let text = "the release is not to blame; servers stay as they are"
        let hint = "'intchainctl resume' goes on when it is back, or without it with --skip-unreachable"
        return (.paused, "paused: \(reason), and \(text): \(hint)")
    }

    /// Whether it ended before anything was begun, by a person's wish, or on its way back.
    private func isStopped(_ site: Site) -> Bool {
        let isUndoing = RunRecord(id: run, lines: lines)?.isUndoing != false
        return isRefused(site) || Task.isCancelled || site.stop.isRequested || isUndoing
    }

    private func isRefused(_ site: Site) -> Bool {
        site.lock?.refusal != nil || RunRecord(id: run, lines: lines)?.steps.isEmpty != false
    }

    /// - Parameter site: nil leaves the hosts for the next line.
    private func write(_ event: JournalEntry.Event, _ fields: ValueMap, on site: Site?) async {
        let line = JournalEntry(event, at: RunIdentity.now + lead, fields).line
        lines.append(line)
        do { try await local.append([line], to: run) } catch {
            if !hasComplained {
                console.say("\(local.path(of: run)): \(error): the journal goes on on the app servers")
            }
            hasComplained = true
        }
        // Hosts are told nothing of a run that may change nothing.
        guard let site, (try? await site.takeLock()) != nil else { return }
        await withTaskGroup(of: Void.self) { group in
            for host in hosts where !silent.contains(host) && site.isReached(host) {
                group.addTask { await self.copy(to: host, on: site) }
            }
        }
    }

    private func copy(to host: String, on site: Site) async {
        let new = Array(lines.dropFirst(given[host] ?? 0))
        guard !new.isEmpty else { return }
        given[host] = lines.count
        let reply = await site.aside(remote.append(new, to: run), on: host, within: Self.patience)
        if reply?.succeeded != true { silent.insert(host) }
    }

    private static func fields(_ step: JournalStep) -> ValueMap {
        var fields: ValueMap = [
            "host": .string(step.host), "task": .string(step.task), "module": .string(step.module),
        ]
        if let delegate = step.delegate { fields["delegate"] = .string(delegate) }
        return fields
    }
}
