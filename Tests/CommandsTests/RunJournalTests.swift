import Diagnostics
import Foundation
import OrderedCollections
import Rollouts
import Testing
import YAML

@testable import Commands
@testable import Playbooks

/// What a rollout's tasks tell its journal.
@Suite struct RunJournalTests {
    private func journal(_ folder: URL, after newest: Int? = nil) async throws -> RunJournal {
        let environment = ["XDG_STATE_HOME": folder.path]
        let console = Console(Screen(), outputIsTerminal: false, errorIsTerminal: false, environment: [:])
        let journal = RunJournal(
            RunIdentity("rollback", environment: environment), beginning: ["kind": "rollback"],
            local: LocalJournals(environment: environment), hosts: [], remote: HostJournal(root: "/nowhere"),
            console: console, after: newest)
        try await journal.open()
        return journal
    }

    /// The journal as the disk has it: what a kill would leave.
    private func record(_ journal: RunJournal, _ folder: URL) async throws -> RunRecord {
        let lines = await LocalJournals(environment: ["XDG_STATE_HOME": folder.path]).all()[journal.run] ?? []
        return try #require(RunRecord(id: journal.run, lines: lines))
    }

    private func told(_ result: Value) -> RunEvent {
        var report = TaskReport(
            host: "app1",
            task: TaskLabel(
                id: 1, name: "Say", place: Place(file: "a", line: 1, column: 1), isHandler: false,
                module: RolloutModule.name),
            status: .ok)
        report.result = result
        return .taskFinished(report)
    }

    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("journal-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    /// A rollback that was given no id finds it out by itself.
    @Test func whatARolloutIsAboutIsKnownBeforeItsFirstServerIsTouched() async throws {
        try await withFolder { folder in
            let journal = try await journal(folder)
            let stock = RolloutStock(serving: [], waiting: [], before: ["app1": "new", "app2": "new"])
            await journal.observe(told(["outcome": "begun", "release": "old", "stock": stock.value]))
            let record = try await record(journal, folder)
            #expect(record.release == "old")
            #expect(record.stock == stock)
            #expect(record.isOpen)
        }
    }

    /// Hooks follow, for minutes perhaps.
    @Test func aRolloutThatIsDoneIsNotOpenWhileItsHooksRun() async throws {
        try await withFolder { folder in
            let journal = try await journal(folder)
            await journal.observe(told(["outcome": "done", "msg": "release old serves on app1"]))
            let record = try await record(journal, folder)
            #expect(!record.isOpen)
            #expect(record.outcome == "done")
            #expect(record.message == "release old serves on app1")
        }
    }

    /// A colleague's clock may go before this machine's.
    @Test func aRunComesAfterTheNewestThatIsKnown() async throws {
        try await withFolder { folder in
            let newest = RunIdentity.now + 300_000
            let journal = try await journal(folder, after: newest)
            await journal.observe(told(["outcome": "done"]))
            let record = try await record(journal, folder)
            #expect(record.start > newest)
            #expect(record.entries.map(\.event) == [.begun, .ended])
        }
        try await withFolder { folder in
            let journal = try await journal(folder, after: RunIdentity.now - 300_000)
            let start = try await record(journal, folder).start
            #expect(abs(start - RunIdentity.now) < 60_000)
        }
    }
}
