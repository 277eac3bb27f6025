import Playbooks
import Synchronization

/// Keeps the reports of failed tasks.
final class FailureCollector: RunObserver {
    private let reports = Mutex<[TaskReport]>([])

    var all: [TaskReport] { reports.withLock { $0 } }

    func observe(_ event: RunEvent) async {
        guard case .taskFinished(let report) = event, report.status == .failed else { return }
        reports.withLock { $0.append(report) }
    }
}
