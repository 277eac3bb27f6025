import Diagnostics
import Testing
import YAML

@testable import Commands
@testable import Playbooks

/// What hosts answer, as tables show it.
@Suite struct ResultCollectorTests {
    @Test func hostsStandInTheInventorysOrderWhoeverIsDoneFirst() async {
        let collector = ResultCollector(key: "lines")
        let task = TaskLabel(
            id: 1, name: "Look", place: Place(file: "site.yml", line: 1, column: 1), isHandler: false)
        for (host, lines) in [("app2", ["one", "two"]), ("app1", ["three"])] {
            var report = TaskReport(host: host, task: task, status: .ok)
            report.result = ["lines": .list(lines.map(Value.string))]
            await collector.observe(.taskFinished(report))
        }
        let recap = Recap(hosts: ["app1", "app2"].map { HostRecap(host: $0) })
        #expect(collector.rows(of: recap).map(\.value.string) == ["three", "one", "two"])
    }
}
