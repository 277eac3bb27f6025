import OrderedCollections
import Playbooks
import Synchronization
import YAML

/// Collects a run for one JSON document at its end: what was (or would be) changed, what failed, and the counts.
final class DocumentView: RunObserver {
    private let tasks = Mutex<[Value]>([])
    private let unfinished = Mutex<[Value]?>(nil)

    func observe(_ event: RunEvent) async {
        if case .interrupted(let hosts) = event { unfinished.withLock { $0 = hosts.map(\.value) } }
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
        if let unfinished = unfinished.withLock({ $0 }) { document["interrupted"] = .list(unfinished) }
        return .map(document)
    }
}
