import Diagnostics
import OrderedCollections
import Testing
import YAML

@testable import Commands
@testable import Playbooks

/// What a failover tells programs.
@Suite struct FailoverResultTests {
    private static func finished(
        _ result: Value, of module: String = "intchain.site.mysql_failover", _ status: TaskReport.Status = .changed
    ) -> RunEvent {
        let place = Place(file: "failover-db.yml", line: 1, column: 1)
        let task = TaskLabel(id: 1, name: "Move", place: place, isHandler: false, module: module)
        var report = TaskReport(host: "db2", task: task, status: status)
        report.result = result
        return .taskFinished(report)
    }

    private static let bound: Value = [
        "changed": true, "primary": "db2", "old": "db1", "loss": "bound", "lost": .null,
        "lost_within_seconds": .float(7.2), "lost_since": "2026-01-18T02:30:00Z",
    ]

    @Test func everyFieldIsThereAlsoWhereItIsNotKnown() async throws {
        let result = FailoverResult()
        #expect(result.addition == ["failover": .null])
        await result.observe(Self.finished(Self.bound))
        guard case .map(let fields) = result.value else { throw ResultIsNoMap() }
        #expect(fields.keys.compactMap(\.string) == FailoverResult.keys)
        #expect(fields["primary"] == "db2" && fields["loss"] == "bound" && fields["lost_within_seconds"] == .float(7.2))
        #expect(fields["lost"] == .null && fields["salvage_file"] == .null && fields["changed"] == nil)
    }

    private struct ResultIsNoMap: Error {}

    /// One that failed after the writes had moved has cost what it has cost.
    @Test func otherTasksAreNoMovesAndOneThatFailedMayBe() async {
        let result = FailoverResult()
        await result.observe(Self.finished(["primary": "db1"], of: "intchain.site.mysql_rejoin"))
        await result.observe(Self.finished(.null, of: "intchain.site.mysql_switchover", .skipped))
        #expect(result.value == .null)
        let failed: Value = ["primary": "redis2", "lost": .null]
        await result.observe(Self.finished(failed, of: "intchain.site.redis_failover", .failed))
        #expect(result.value["primary"] == "redis2")
    }

    @Test(arguments: [OutputFlags.Format.json, .jsonl])
    func theDocumentAndTheLastLineHaveIt(format: OutputFlags.Format) async {
        let screen = Screen()
        let console = Console(screen, outputIsTerminal: false, errorIsTerminal: false, environment: [:])
        let show = RunShow(console: console, format: format, verbosity: 0, diff: false, hosts: ["db2"])
        let result = FailoverResult()
        await result.observe(Self.finished(Self.bound))
        let recap = Recap(hosts: [HostRecap(host: "db2")])
        await show.finish(recap, took: .seconds(1), check: false, addition: result.addition)
        let output = screen.output.filter { !$0.isWhitespace }
        #expect(output.contains(#""failover":{"primary":"db2","old":"db1","#), "\(screen.output)")
        #expect(output.contains(#""lost":null"#) && output.contains(#""hosts":["#))
    }
}
