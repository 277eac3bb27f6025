import Modules
import Synchronization

/// What a playbook would do to its hosts, task by task.
package struct ChangePlan: Sendable {
    /// In the order in which they were told: by play, and by host in the playbook's order.
    package var entries: [Entry]
    package var failures: [TaskReport]
    package var recap: Recap

    /// One task (or one item of its loop) on one host. Secrets are masked.
    package struct Entry: Sendable {
        package var play: String
        package var report: TaskReport
        package var note: PlanNote

        var key: PlanKey { PlanKey(host: report.host, task: report.task.id, index: note.index) }
    }

    package init(entries: [Entry], failures: [TaskReport] = [], recap: Recap) {
        self.entries = entries
        self.failures = failures
        self.recap = recap
    }

    package func count(_ kind: PlanNote.Kind, on host: String? = nil) -> Int {
        entries.count { $0.note.kind == kind && !$0.note.isQuiet && (host == nil || $0.report.host == host) }
    }

    /// Nothing would be changed, as far as can be told, and no task that changes something would be run.
    package var isEmpty: Bool { entries.allSatisfy(\.note.isQuiet) }

    /// The hosts that could not be planned for.
    package var isWhole: Bool { !recap.failed && !recap.unreachable }
}

/// Keeps what a run in check mode says, for a plan.
package final class PlanCollector: RunObserver {
    private let state = Mutex(State())

    private struct State {
        var play = ""
        var entries: [ChangePlan.Entry] = []
        var failures: [TaskReport] = []
    }

    package init() {}

    package func observe(_ event: RunEvent) async {
        state.withLock { state in
            switch event {
            case .playStarted(let name, _): state.play = name
            case .taskFinished(let report):
                if report.status == .failed { state.failures.append(report) }
                guard let note = report.plan, report.status != .ignored, report.status != .failed else { return }
                state.entries.append(.init(play: state.play, report: report, note: note))
            default: break
            }
        }
    }

    package func plan(_ recap: Recap) -> ChangePlan {
        state.withLock { ChangePlan(entries: $0.entries, failures: $0.failures, recap: recap) }
    }
}
