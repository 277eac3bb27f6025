/// The health of a site: every host's checks, in the order of the hosts.
package struct HealthReport: Hashable, Sendable {
    package struct Row: Hashable, Sendable {
        /// The inventory's name of the host; nil for a check that was made directly.
        package var host: String?
        package var result: HealthResult

        package init(host: String?, result: HealthResult) {
            self.host = host
            self.result = result
        }
    }

    package var rows: [Row]

    package init(_ rows: [Row] = []) {
        self.rows = rows
    }

    package var isHealthy: Bool { rows.allSatisfy(\.result.isHealthy) }
    package var failures: [Row] { rows.filter { !$0.result.isHealthy } }

    /// The columns of the table that people see.
    package static let header = ["host", "check", "health", "code", "latency", "answer"]

    package var table: [[String]] {
        rows.map { row in
            let result = row.result
            return [
                row.host ?? "-", result.check.name, result.isHealthy ? "ok" : "failed",
                result.status.map(String.init) ?? "-", result.latency.map { "\($0.inMilliseconds) ms" } ?? "-",
                result.isHealthy ? "" : (result.error ?? result.excerpt),
            ]
        }
    }
}
