import Testing

@testable import Commands

@Suite struct DrillTests {
    private let start = ContinuousClock.now

    private func write(_ id: String, at seconds: Double, ok: Bool = true, took: Double = 0.1) -> DrillWriter.Write {
        DrillWriter.Write(
            id: id, began: start + .seconds(seconds), ended: start + .seconds(seconds + took), isAcknowledged: ok)
    }

    private func report(_ writes: [DrillWriter.Write], found: Set<String>) -> DrillReport {
        DrillReport(
            "kill-primary", on: "db1", sign: ["db", "status"], writes: writes, fault: start + .seconds(2), found: found)
    }

    @Test func theServiceIsRestoredByTheFirstWriteAfterTheLastRefusedOne() {
        let writes = [
            write("a", at: 1), write("b", at: 2.5, ok: false), write("c", at: 4, ok: false), write("d", at: 7),
            write("e", at: 7.2),
        ]
        let report = report(writes, found: ["a", "d", "e"])
        #expect(report.restored.map { ($0 - .seconds(5.1)).components.seconds } == 0)
        #expect(report.lost.isEmpty && report.acknowledged == 3 && report.failed == 2)
        #expect(report.lines.contains { $0.hasPrefix("  service restored after  5.1 s, longest gap 6.0 s") })
    }

    @Test func anAcknowledgedRowThatIsGoneIsLostAndARefusedOneIsNot() {
        let writes = [write("a", at: 1), write("b", at: 2.5, ok: false), write("c", at: 3)]
        #expect(report(writes, found: ["c"]).lost == ["a"])
        #expect(report(writes, found: ["a", "b", "c"]).lost.isEmpty)
    }

    @Test func aSiteThatNeverRefusedAWriteWasNotRestored() {
        let report = report([write("a", at: 1), write("b", at: 6)], found: ["a", "b"])
        #expect(report.restored == nil)
        #expect(report.lines.contains { $0.contains("no write failed, longest gap 5.0 s") })
        #expect(!report.isGood)
    }

    @Test(arguments: Drill.Name.allCases) func everyDisasterHasASignAPlanAndAFaultThatProvesItself(name: Drill.Name) {
        let drill = Drill(name, host: "db7")
        #expect(!drill.sign.isEmpty && !drill.plan.isEmpty)
        #expect(drill.fault.contains("echo done"))
        #expect(drill.story.contains("db7"))
    }
}
