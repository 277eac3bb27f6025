import Diagnostics
import Modules
@testable import Playbooks
import Testing

@testable import Commands

@Suite struct RunLinesTests {
    private let lines = RunLines(style: Style(isColoured: false), verbosity: 0, showsDiffs: true)

    private func report(_ status: TaskReport.Status) -> TaskReport {
        let label = TaskLabel(
            id: 1, name: "Write my.cnf", place: Place(file: "mysql.yml", line: 7, column: 5), isHandler: false)
        return TaskReport(host: "db1", task: label, status: status)
    }

    @Test func isSilentAboutWhatIsUnchanged() {
        #expect(lines.lines(.taskFinished(report(.ok)), hostWidth: 4).isEmpty)
        #expect(lines.lines(.taskFinished(report(.skipped)), hostWidth: 4).isEmpty)
    }

    @Test func tellsAChangeWithItsSentencesAndDifferences() {
        var changed = report(.changed)
        changed.changes = ["mode 0644 → 0640"]
        changed.diffs = [TextDiff(name: "my.cnf", before: "a\n", after: "b\n")]
        #expect(
            lines.lines(.taskFinished(changed), hostWidth: 4) == [
                "db1   changed   Write my.cnf", "    mode 0644 → 0640", "    --- my.cnf", "    +++ my.cnf",
                "    @@ -1 +1 @@", "    -a", "    +b",
            ])
    }

    @Test func namesThePlaceOfAFailure() {
        var failed = report(.failed)
        failed.message = "no space left\non /etc"
        #expect(
            lines.lines(.taskFinished(failed), hostWidth: 3) == [
                "db1  failed    Write my.cnf", "    no space left", "    on /etc", "    at mysql.yml:7:5",
            ])
    }

    @Test func inALogEveryLineNamesItsHost() {
        var failed = report(.failed)
        failed.message = "no space left\non /etc"
        let log = RunLines(style: Style(isColoured: false), verbosity: 0, showsDiffs: true, namesEveryLine: true)
        #expect(
            log.lines(.taskFinished(failed), hostWidth: 4) == [
                "db1   failed    Write my.cnf", "db1     no space left", "db1     on /etc", "db1     at mysql.yml:7:5",
            ])
    }

    @Test func tellsDurationsForPeople() {
        #expect(Duration.milliseconds(840).forPeople == "0.8 s")
        #expect(Duration.seconds(12).forPeople == "12 s")
        #expect(Duration.seconds(185).forPeople == "3 min 05 s")
    }
}
