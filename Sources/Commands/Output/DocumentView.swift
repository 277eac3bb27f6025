import OrderedCollections
import Playbooks
import Synchronization
import YAML

/// Collects a run for one JSON document at its end: what was (or would be) changed, what failed, and the counts.
final class DocumentView: RunObserver {
    private let tasks = Mutex<[Value]>([])

    func observe(_ event: RunEvent) async {
        guard case .taskFinished(let report) = event, report.status != .ok, report.status != .skipped,
            case .map(var record) = EventRecord(event).value
        else { return }
        record["event"] = nil
        tasks.withLock { $0.append(.map(record)) }
    }

    /// The document.
    func value(with recap: Recap, check: Bool) -> Value {
        guard case .map(var document) = recap.value else { return recap.value }
        document["check"] = .bool(check)
        document["tasks"] = .list(tasks.withLock { $0 })
        return .map(document)
    }
}
