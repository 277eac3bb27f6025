import Playbooks
import Testing
import YAML

@testable import Commands

/// What `doctor` makes of the lines that hosts print.
@Suite struct DiagnosisTests {
    private let plain = Style(isColoured: false)

    private func diagnosis(_ lines: [String], unreachable: String? = nil) -> Diagnosis {
        var host = HostRecap(host: "db1")
        host.unreachable = unreachable
        return Diagnosis(
            lines.map { ResultCollector.Row(host: "db1", value: .string($0)) }, recap: Recap(hosts: [host]))
    }

    @Test func tellsEvidenceAndRemedyOfWhatIsWrong() {
        let found = diagnosis(["ok\tdb\tmysql runs\tsince 02:00\t", "bad\tdb\tno room\t0 bytes free\tmake room"])
        #expect(
            found.lines(style: plain, verbose: false)
                == ["db1", "  bad  db: no room", "         0 bytes free", "       → make room"])
        #expect(found.worst == .bad)
        #expect(found.summary(style: plain) == "1 bad, 0 to watch, of 2 findings")
    }

    @Test func tellsFactsOnlyWhereSomethingIsBad() {
        let fact = "info\tredis\thit ratio\t90 %\t"
        #expect(diagnosis([fact]).lines(style: plain, verbose: false).isEmpty)
        #expect(diagnosis([fact]).lines(style: plain, verbose: true).count == 3)
        #expect(
            diagnosis([fact, "bad\tredis\tdown\t\t"]).lines(style: plain, verbose: false).contains(
                "  info redis: hit ratio"))
        #expect(diagnosis([fact, "bad\tdb\tdown\t\t"]).lines(style: plain, verbose: false).count == 2)
    }

    @Test func aHostThatCannotBeReachedIsAFinding() {
        let found = diagnosis([], unreachable: "db1: timed out")
        #expect(found.worst == .bad)
        #expect(!found.isBad)
        #expect(found.value.list?.first?["evidence"] == "db1: timed out")
    }

    @Test func linesThatAreNoFindingsAreLeftOut() {
        #expect(diagnosis(["bash: something: not found", "bad\ttoo\tfew"]).findings.isEmpty)
    }
}
