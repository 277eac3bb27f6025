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
        #expect(ResumedRun.wayBack(try record("deploy"), aborts: true)["rollout_release"] == "")
    }

    @Test func aCatchUpStaysOneWhenItIsGoneOnWithOrTakenBack() throws {
        let begun = JournalEntry(
            .begun, at: 1, ["kind": "deploy", "variables": ["rollout_catches_up": true, "rollout_batches": 2]])
        let run = try #require(RunRecord(id: "r", lines: ([begun] + staged).map(\.line)))
        #expect(try ResumedRun(run, machine: "elsewhere").variables["rollout_catches_up"] == true)
        #expect(ResumedRun.wayBack(run, aborts: true)["rollout_catches_up"] == true)
        #expect(ResumedRun.wayBack(run, aborts: true)["rollout_batches"] == nil)
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
