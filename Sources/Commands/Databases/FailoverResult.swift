import Databases
import Modules
import OrderedCollections
import Playbooks
import Synchronization
import YAML

/// What a move of the writes came to, for programs: picked out of what its task registers.
final class FailoverResult: RunObserver {
    /// In this order, each of them always; null where it does not apply or is not known. Keys are added and never renamed.
    static let keys = [
        "primary", "old", "pause_ms", "loss", "lost", "lost_gtids", "lost_within_seconds", "lost_since", "lost_reason",
        "salvaged", "salvaged_gtids", "salvage_file",
    ]
    private static let modules = [
        MySQLSwitchoverModule.spec.name, MySQLFailoverModule.spec.name, RedisFailoverModule.spec.name,
        SentinelFailoverModule.spec.name,
    ]

    private let found = Mutex<Value>(.null)

    /// Null: the writes were not moved.
    var value: Value { found.withLock { $0 } }

    /// The same in a document.
    var addition: ValueMap { ["failover": value] }

    func observe(_ event: RunEvent) async {
        // One that failed may have moved them all the same.
        guard case .taskFinished(let report) = event, Self.modules.contains(report.task.module),
            report.result["primary"]?.string != nil
        else { return }
        let values = Self.keys.map { (Value.string($0), report.result[$0] ?? .null) }
        found.withLock { $0 = .map(ValueMap(uniqueKeysWithValues: values)) }
    }
}
