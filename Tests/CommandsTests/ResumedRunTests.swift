import ArgumentParser
import Fleet
import OrderedCollections
import Rollouts
import Testing
import YAML

@testable import Commands

@Suite struct ResumedRunTests {
    private func record(_ kind: String, _ entries: [JournalEntry] = [], source: String = "/") throws -> RunRecord {
        let begun = JournalEntry(
            .begun, at: 1,
            ["kind": .string(kind), "machine": "here", "source": .string(source), "variables": ["rollout_batches": 2]])
        return try #require(RunRecord(id: "r", lines: ([begun] + entries).map(\.line)))
    }

    private let staged = [
        JournalEntry(.before, at: 2, ["host": "app1", "task": "Stage", "module": "intchain.site.release"]),
        JournalEntry(.after, at: 3, ["host": "app1", "task": "Stage", "module": "intchain.site.release"]),
        JournalEntry(.release, at: 3, ["release": "abc"]),
    ]

    @Test func aDeployThatHadNotComeToEveryServerBeginsAnewWithItsSource() throws {
        let way = try ResumedRun(try record("deploy"), machine: "here")
        #expect(way.playbook == "deploy")
        #expect(way.variables == ["release_src": "/", "rollout_batches": 2])
    }

    private func run(_ id: String, at start: Int, ended outcome: String? = nil, resumes: String? = nil) throws
        -> RunRecord
    {
        var fields: ValueMap = ["kind": "deploy", "command": .string("deploy \(id)")]
        if let resumes { fields["resumes"] = .string(resumes) }
        var entries = [JournalEntry(.begun, at: start, fields)]
        if let outcome { entries.append(JournalEntry(.ended, at: start + 1, ["outcome": .string(outcome)])) }
        return try #require(RunRecord(id: id, lines: entries.map(\.line)))
    }

    @Test func aRunThatALaterRolloutFollowedIsNeitherResumedNorAborted() throws {
        let done = RunDesk.Findings(
            runs: [try run("second", at: 9, ended: "done"), try run("first", at: 1)], silent: [])
        #expect(done.open == nil)
        #expect(!done.isOpen(done.runs[1]))
        #expect(done.outcome(of: done.runs[1]) == "superseded")
    }

    @Test func aRefusedRunHidesNoneThatWaits() throws {
        let waiting = RunDesk.Findings(
            runs: [try run("second", at: 9, ended: "refused"), try run("first", at: 1)], silent: [])
        #expect(waiting.open?.id == "first")
        let again = RunDesk.Findings(
            runs: [try run("second", at: 9, resumes: "first"), try run("first", at: 1)], silent: [])
        #expect(again.open?.id == "second")
        #expect(again.outcome(of: again.runs[1]) == "resumed")
    }

    /// The first operator's clock goes before the second's.
    @Test func aRunThatWasTakenUpIsNotOpenWhateverTheClocksSay() throws {
        let done = RunDesk.Findings(
            runs: [try run("first", at: 9), try run("second", at: 5, ended: "done", resumes: "first")], silent: [])
        #expect(done.open == nil)
        #expect(!done.isOpen(done.runs[0]))
        #expect(done.outcome(of: done.runs[0]) == "resumed")
        let cut = RunDesk.Findings(
            runs: [try run("first", at: 9), try run("second", at: 5, resumes: "first")], silent: [])
        #expect(cut.open?.id == "second")
        let refused = RunDesk.Findings(
            runs: [try run("first", at: 9), try run("second", at: 5, ended: "refused", resumes: "first")], silent: [])
        #expect(refused.open?.id == "first")
    }

    /// `replace app2 --with app3` was cut off: to the inventory, app2 is still the server.
    @Test func whoTookALostServersPlaceKeepsItWhenTheRunIsGoneOnWith() throws {
        let standIn = StandIn(for: "app2", by: "app3")
        let begun = JournalEntry(.begun, at: 1, ["kind": "deploy", "stand_in": standIn.value])
        #expect(try #require(RunRecord(id: "r", lines: [begun.line])).standIn == standIn)
        #expect(try run("other", at: 1).standIn == nil)
    }

    /// It was paused because of the size of its batches, say.
    @Test func whatIsSaidAnewCountsMoreThanWhatTheRunWasGiven() throws {
        let way = try ResumedRun(try record("deploy", staged), machine: "elsewhere")
        #expect(way.variables(above: [:])["rollout_batches"] == 2)
        let resume = try Resume.parse(["--batch", "1"])
        #expect(way.variables(above: resume.pace.variables)["rollout_batches"] == [1])
        #expect(way.variables(above: resume.pace.variables)["rollout_release"] == "abc")
    }

    @Test func whatOnlyAnotherMachineHasIsRefused() throws {
        let run = try record("deploy")
        #expect(throws: CommandFailure.self) { try ResumedRun(run, machine: "elsewhere") }
        let gone = try record("deploy", source: "/no/such/folder")
        #expect(throws: CommandFailure.self) { try ResumedRun(gone, machine: "here") }
    }

    @Test func aStagedDeployGoesOnFromAnywhere() throws {
        let way = try ResumedRun(try record("deploy", staged), machine: "elsewhere")
        #expect(way.playbook == "resume")
        #expect(way.variables["rollout_release"] == "abc")
    }

    @Test func aRolloutOnItsWayBackIsTakenBack() throws {
        let undoing = JournalEntry(.undoing, at: 4, ["reason": "unhealthy"])
        let way = try ResumedRun(try record("deploy", staged + [undoing]), machine: "elsewhere")
        #expect(way.playbook == "abort")
        #expect(way.variables["rollout_aborts"] == false)
        #expect(ResumedRun.wayBack(try record("deploy"), machine: "here", aborts: true)["rollout_release"] == "")
    }

    @Test func aCatchUpStaysOneWhenItIsGoneOnWithOrTakenBack() throws {
        let begun = JournalEntry(
            .begun, at: 1, ["kind": "deploy", "variables": ["rollout_catches_up": true, "rollout_batches": 2]])
        let run = try #require(RunRecord(id: "r", lines: ([begun] + staged).map(\.line)))
        #expect(try ResumedRun(run, machine: "elsewhere").variables["rollout_catches_up"] == true)
        #expect(ResumedRun.wayBack(run, machine: "here", aborts: true)["rollout_catches_up"] == true)
        #expect(ResumedRun.wayBack(run, machine: "here", aborts: true)["rollout_batches"] == nil)
    }

    private func stocked(_ id: String, at start: Int, _ stock: RolloutStock?, resumes: String? = nil) throws
        -> RunRecord
    {
        var begun: ValueMap = ["kind": "deploy"]
        if let resumes { begun["resumes"] = .string(resumes) }
        var entries = [JournalEntry(.begun, at: start, begun)]
        if let stock { entries.append(JournalEntry(.stock, at: start + 1, stock.fields)) }
        return try #require(RunRecord(id: id, lines: entries.map(\.line)))
    }

    /// What the run that is taken back has found so may be what the first of them did.
    @Test func whatServersWereIsTheFirstRunsToTell() throws {
        let (early, late) = (RolloutStock(serving: ["a"], waiting: ["b"]), RolloutStock(serving: ["a", "b"]))
        let first = try stocked("first", at: 1, early)
        let second = try stocked("second", at: 5, late, resumes: "first")
        let third = try stocked("third", at: 9, nil, resumes: "second")
        let desk = RunDesk.Findings(runs: [third, second, first], silent: [])
        #expect(desk.stock(of: third) == early)
        let unequal = try stocked("unequal", at: 0, late, resumes: "first")
        #expect(RunDesk.Findings(runs: [first, unequal], silent: []).stock(of: unequal) == early)
        #expect(RunDesk.Findings(runs: [third, second], silent: []).stock(of: third) == late)
        let fresh = try stocked("fresh", at: 20, nil)
        #expect(RunDesk.Findings(runs: [fresh], silent: []).stock(of: fresh) == nil)
    }

    @Test func whoTakesARunBackIsToldWhatServersWere() throws {
        let stock = RolloutStock(serving: ["a"], waiting: ["b"])
        let run = try record("deploy", staged)
        let back = ResumedRun.wayBack(run, stock, machine: "here", aborts: true)
        #expect(back["rollout_served"] == ["a"])
        #expect(back["rollout_waited"] == ["b"])
        #expect(ResumedRun.wayBack(run, nil, machine: "here", aborts: true)["rollout_untouched"] == true)
        // From another machine, or after a drain, that nothing is noted proves nothing.
        #expect(ResumedRun.wayBack(run, nil, machine: "elsewhere", aborts: true)["rollout_untouched"] == nil)
        let drain = JournalEntry(.before, at: 4, ["host": "app1", "task": "Drain", "module": "intchain.site.drain"])
        let drained = try record("deploy", staged + [drain])
        #expect(ResumedRun.wayBack(drained, nil, machine: "here", aborts: true)["rollout_untouched"] == nil)
        let on = try ResumedRun(run, stock, machine: "elsewhere")
        #expect(on.variables["rollout_waited"] == ["b"])
        #expect(on.variables["rollout_served"] == nil)
        let begun = JournalEntry(.begun, at: 1, ["kind": "deploy", "variables": ["rollout_catches_up": true]])
        let catchUp = try #require(RunRecord(id: "r", lines: ([begun] + staged).map(\.line)))
        #expect(try ResumedRun(catchUp, stock, machine: "elsewhere").variables["rollout_waited"] == nil)
    }

    /// By then the one that a rollback left may be marked as bad, and another one would be taken for it.
    @Test func whoGoesOnIsToldWhatEachServerHasToGoBackTo() throws {
        let stock = RolloutStock(before: ["app1": "b", "app2": "b"])
        let release = JournalEntry(.release, at: 4, ["release": "a"])
        let run = try record("rollback", [release])
        let (on, back) = (
            try ResumedRun(run, stock, machine: "elsewhere"),
            ResumedRun.wayBack(run, stock, machine: "elsewhere", aborts: true)
        )
        #expect(on.variables["rollout_before"] == ["app1": "b", "app2": "b"])
        #expect(on.variables["rollout_begun"] == true)
        #expect(back["rollout_before"] == ["app1": "b", "app2": "b"])
        #expect(back["rollout_release"] == "a")
        let early = try ResumedRun(run, machine: "elsewhere").variables
        #expect(early["rollout_before"] == nil && early["rollout_begun"] == nil)
        #expect(RolloutStock(.map(stock.fields)) == stock)
        // As an earlier version noted it.
        #expect(RolloutStock(["serving": ["app1"], "waiting": []]).before == [:])
    }

    /// Its release is on servers, not on a machine that it could be gone on from.
    @Test func aCatchUpThatWasCutOffBeforeTheReleaseCameIsRunAgain() throws {
        let begun = JournalEntry(
            .begun, at: 1, ["kind": "deploy", "machine": "here", "variables": ["rollout_catches_up": true]])
        let run = try #require(RunRecord(id: "r", lines: [begun.line]))
        let failure = #expect(throws: CommandFailure.self) { try ResumedRun(run, machine: "here") }
        #expect(failure?.hint?.contains("run 'intchainctl deploy --catch-up' again") == true)
    }

    @Test func whatWasGivenOnTheCommandLineIsGivenAgainButForSecrets() throws {
        var flags = PlaybookFlags()
        flags.extraVars = ["health_timeout=8", "api_token=hush", "@/etc/hosts"]
        let given = try GivenVariables(flags)
        #expect(given.texts == ["health_timeout=8", "@/etc/hosts"])
        #expect(given.withheld == ["api_token"])
        let begun = JournalEntry(
            .begun, at: 1,
            [
                "kind": "deploy", "extra_vars": .list(given.texts.map(Value.string)), "withheld": ["api_token"],
            ])
        let kept = GivenVariables(try #require(RunRecord(id: "r", lines: [begun.line])))
        #expect(kept == given)
        var now = PlaybookFlags()
        now.extraVars = []
        #expect(throws: CommandFailure.self) { try kept.completed(by: now) }
        now.extraVars = ["api_token=hush"]
        #expect(try kept.completed(by: now) == ["health_timeout=8", "@/etc/hosts", "api_token=hush"])
    }

    @Test func aRollbackGoesOnToItsRelease() throws {
        let release = JournalEntry(.release, at: 4, ["release": "old"])
        let way = try ResumedRun(try record("rollback", [release]), machine: "elsewhere")
        #expect(way.playbook == "rollback")
        #expect(way.variables["release_id"] == "old")
    }
}
