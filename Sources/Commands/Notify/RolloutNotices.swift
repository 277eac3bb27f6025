import Modules
import Playbooks
import Synchronization
import YAML

/// Watches a rollout and tells of it: when it begins to change something, when it waits for a person, and how it ended.
final class RolloutNotices: RunObserver {
    private struct Seen {
        var hasStarted = false
        var reason: String?
        var isPaused = false
    }

    private let notifier: Notifier
    private let run: RunIdentity
    private let seen = Mutex(Seen())

    init(_ notifier: Notifier, of run: RunIdentity) {
        self.notifier = notifier
        self.run = run
    }

    func observe(_ event: RunEvent) async {
        switch event {
        case .asked(_, let question): await notifier.tell(.paused, of: run, reason: question)
        case .taskFinished(let report): await observe(report)
        case .hostLost(let host, let error):
            seen.withLock { seen in
                guard seen.reason == nil else { return }
                (seen.reason, seen.isPaused) = ("\(host): \(error)", true)
            }
        default: break
        }
    }

    private func observe(_ report: TaskReport) async {
        let starts = seen.withLock { seen in
            if report.status == .failed {
                seen.reason = "\(report.host): \(report.task.name): \(report.message ?? "failed")"
                seen.isPaused = report.result["outcome"] == "paused"
            }
            defer { seen.hasStarted = seen.hasStarted || report.status == .changed }
            return report.status == .changed && !seen.hasStarted
        }
        if starts { await notifier.tell(.started, of: run) }
    }

    /// Tells how it ended.
    func end(_ status: ExitStatus) async {
        let seen = seen.withLock { $0 }
        switch status {
        case .done: await notifier.tell(.done, of: run)
        case .rolledBack: await notifier.tell(.rolledBack, of: run, reason: seen.reason)
        // Another run has the site: nothing was begun that anybody could wait for.
        case .lockHeld: break
        default:
            // A host that never was reached pauses nothing.
            let isPaused = seen.isPaused && status == .hostFailed
            await notifier.tell(isPaused ? .paused : .failed, of: run, reason: seen.reason)
        }
    }
}

extension RolloutNotices {
    /// Tells of a run from its first change to its end; where the inventory names no address, or nothing
    /// is changed, only runs it.
    /// - Parameter body: the run, watched by what it is given; how it ended.
    static func telling(
        _ loaded: PlaybookCommand.Loaded, of run: RunIdentity, by command: PlaybookCommand,
        _ body: (any RunObserver) async throws -> ExitStatus
    ) async throws -> ExitStatus {
        guard !command.check, let notifier = try Notifier(loaded, context: command.context) else {
            return try await body(SilentView())
        }
        let notices = RolloutNotices(notifier, of: run)
        let status: ExitStatus
        do {
            status = try await body(notices)
        } catch {
            await notices.endDespiteCancellation(ExitStatus(of: error))
            throw error
        }
        await notices.endDespiteCancellation(status)
        return status
    }

    /// Ctrl-C cancels the run's task, and a request of a cancelled task is not sent.
    private func endDespiteCancellation(_ status: ExitStatus) async {
        await Task.detached { await self.end(status) }.value
    }
}

extension PlaybookCommand {
    /// Runs it under the site's lock, and tells who wants to be told of it.
    /// - Parameter name: what is being done; no options, which may hold secrets.
    /// - Throws: `ExitCode` unless it is done; `CommandFailure` when another run has the lock.
    func runTelling(
        _ loaded: Loaded, as name: String, _ lock: LockFlags, also observer: any RunObserver = SilentView()
    ) async throws {
        let identity = RunIdentity(name, environment: context.environment)
        let status = try await RolloutNotices.telling(loaded, of: identity, by: self) { notices in
            let observers = PairedView(first: notices, second: observer)
            return ExitStatus(of: try await run(loaded, of: identity, lock, also: observers))
        }
        try status.throwUnlessDone()
    }
}
