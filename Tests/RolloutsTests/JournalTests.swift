import Foundation
import Modules
import OrderedCollections
import Remote
import Testing
import YAML

@testable import Rollouts

@Suite struct JournalTests {
    private let begun = JournalEntry(
        .begun, at: 1000, ["kind": "deploy", "command": "deploy dist", "holder": "anna", "machine": "build1"])

    private func step(_ event: JournalEntry.Event, at time: Int, _ task: String, failed: Bool = false) -> JournalEntry {
        var fields: ValueMap = ["host": "app1", "task": .string(task), "module": "intchain.site.release"]
        if failed { fields["failed"] = true }
        return JournalEntry(event, at: time, fields)
    }

    @Test func readsWhatItWrote() throws {
        let entry = step(.before, at: 5, "Switch to \"the\" release\n")
        #expect(!entry.line.contains("\n"))
        #expect(JournalEntry(entry.line) == entry)
        // As after a power cut.
        #expect(JournalEntry(entry.line.dropLast(3)) == nil)
    }

    @Test func tellsWhatWasBegunWhatWasDoneAndWhatFailed() throws {
        let entries = [
            begun, step(.before, at: 1001, "Stage"), step(.after, at: 1002, "Stage"),
            step(.before, at: 1003, "Switch"), step(.after, at: 1004, "Switch", failed: true),
            step(.before, at: 1005, "Restart"),
        ]
        let run = try #require(RunRecord(id: "r", lines: entries.map(\.line)))
        #expect(run.steps.map(\.state) == [.done, .failed, .begun])
        #expect(run.hasStaged)
        #expect(run.isOpen && run.outcome == nil && run.end == nil)
    }

    @Test func joinsTheCopiesOfSeveralHosts() throws {
        let ended = JournalEntry(.ended, at: 2000, ["outcome": "rolled-back", "message": "it was"])
        let first = [begun, step(.before, at: 1001, "Stage")].map(\.line)
        let second = [begun, step(.before, at: 1001, "Stage"), ended].map(\.line)
        let run = try #require(RunRecord(id: "r", lines: first + second))
        #expect(run.steps.count == 1)
        #expect(run.outcome == "rolled-back" && run.end == 2000)
        #expect(!run.isOpen)
    }

    @Test func aJournalWithoutABeginningTellsNothing() {
        #expect(RunRecord(id: "r", lines: [step(.before, at: 1, "Stage").line, "not JSON"]) == nil)
    }

    @Test(arguments: ["paused", "stopped", "rollback-failed", "interrupted", "failed"])
    func whatWasNotFinishedCanBeResumed(_ outcome: String) throws {
        let ended = JournalEntry(.ended, at: 2, ["outcome": .string(outcome)])
        #expect(try #require(RunRecord(id: "r", lines: [begun.line, ended.line])).isOpen)
    }

    @Test func hostsKeepTheJournalsAndGiveThemBack() async throws {
        let site = try ReleaseSite()
        let journal = HostJournal(root: site.root.path)
        let host = LocalHost()
        #expect(try await host.run([journal.list]).first?.output == "")
        for lines in [[begun, step(.before, at: 2, "Stage")], [step(.after, at: 3, "Stage")]] {
            let reply = try await host.run([journal.append(lines.map(\.line), to: "r1")]).first
            #expect(reply?.succeeded == true, "\(reply?.errors ?? "")")
        }
        let modes = try await host.run([
            .reads("stat -c %a \("\(site.root.path)/.deploy/runs") \("\(site.root.path)/.deploy/runs/r1")")
        ])
        #expect(modes.first?.output == "700\n600\n")
        let listed = try #require(try await host.run([journal.list]).first)
        let run = try #require(RunRecord(id: "r1", lines: HostJournal.runs(listed)["r1"] ?? []))
        #expect(run.holder == "anna")
        let whole = try #require(try await host.run([journal.read("r1")]).first)
        #expect(RunRecord(id: "r1", lines: HostJournal.lines(whole.output[...]))?.steps.map(\.state) == [.done])
        #expect(try await host.run([journal.read("another")]).first?.output == "")
    }

    /// As a full disk leaves it.
    @Test func aLineThatWasCutOffTakesNoOtherWithIt() async throws {
        let site = try ReleaseSite()
        let journal = HostJournal(root: site.root.path)
        _ = try await LocalHost().run([journal.append([begun.line], to: "r1")])
        let file = try FileHandle(forWritingTo: site.root.appendingPathComponent(".deploy/runs/r1"))
        try file.seekToEnd()
        try file.write(contentsOf: Data(step(.before, at: 2, "Stage").line.dropLast(9).utf8))
        try file.close()
        let ended = JournalEntry(.ended, at: 3, ["outcome": "done"])
        _ = try await LocalHost().run([journal.append([ended.line], to: "r1")])
        let whole = try #require(try await LocalHost().run([journal.read("r1")]).first)
        #expect(RunRecord(id: "r1", lines: HostJournal.lines(whole.output[...]))?.outcome == "done")
    }

    @Test func keepsTheNewestJournalsAndAllThatAreUnfinished() async throws {
        let site = try ReleaseSite()
        let journal = HostJournal(root: site.root.path)
        let ended = JournalEntry(.ended, at: 2, ["outcome": "done"]).line
        for number in 0..<60 {
            let lines = number == 0 ? [begun.line] : [begun.line, ended]
            _ = try await LocalHost().run([journal.append(lines, to: "run-\(100 + number)")])
        }
        let runs = HostJournal.runs(try #require(try await LocalHost().run([journal.list]).first))
        #expect(runs.count == 51 || runs.count == 50, "\(runs.count)")
        #expect(runs["run-100"] != nil && runs["run-159"] != nil && runs["run-101"] == nil)
    }
}
