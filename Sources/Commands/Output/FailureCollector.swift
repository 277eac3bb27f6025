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

extension FailureCollector {
    /// Says what failed where, as a run would.
    func tell(on console: Console) {
        let lines = RunLines(style: Style(isColoured: console.colours), verbosity: 0, showsDiffs: false)
        for report in all {
            for line in lines.lines(.taskFinished(report), hostWidth: report.host.count) { console.say(line) }
        }
    }
}
