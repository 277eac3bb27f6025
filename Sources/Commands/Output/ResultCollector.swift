import OrderedCollections
import Playbooks
import Synchronization
import YAML

/// Picks a list out of the results of a run's tasks, with the host each entry comes from.
final class ResultCollector: RunObserver {
    struct Row: Sendable {
        var host: String
        var value: Value
    }

    private let key: String
    private let collected = Mutex<[Row]>([])

    init(key: String) {
        self.key = key
    }

    var rows: [Row] { collected.withLock { $0 } }

    /// In the inventory's order of hosts, not in that in which they were done.
    func rows(of recap: Recap) -> [Row] {
        let rows = rows
        return recap.hosts.flatMap { host in rows.filter { $0.host == host.host } }
    }

    func observe(_ event: RunEvent) async {
        guard case .taskFinished(let report) = event, let entries = report.result[key]?.list else { return }
        let rows = entries.map { entry -> Row in
            guard case .map(var values) = entry else { return Row(host: report.host, value: entry) }
            values["host"] = .string(report.host)
            return Row(host: report.host, value: .map(values))
        }
        collected.withLock { $0 += rows }
    }
}
