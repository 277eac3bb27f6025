import Modules
import OrderedCollections
import Remote
import Testing
import YAML

/// What `playbooks/rollout.yml` makes of a failure.
@Suite(.timeLimit(.minutes(10))) struct RolloutRescueTests {
    @Test func aServerLostInABatchPausesTheRolloutAndBlamesNoRelease() async throws {
        let lost = TransportError.lost(host: "two", reason: "it has no power")
        let course = try await StagedRollout(batches: 2, script: ["two: release live": lost]).run()
        #expect(course.ends == ["paused"])
        #expect(course.reason.contains("two: connection lost: it has no power"), "\(course.reason)")
        #expect(!course.steps.contains { $0.contains("release bad") }, "\(course.steps)")
        #expect(!course.steps.contains { $0.hasPrefix("three: release live") }, "\(course.steps)")
    }

    /// Nobody of its batch is left to say how the rollout ends: the command does.
    @Test func aServerLostInABatchOfItsOwnEndsTheRolloutAsALossAndNoMore() async throws {
        let lost = TransportError.lost(host: "two", reason: "it has no power")
        let course = try await StagedRollout(script: ["two: release live": lost]).run()
        #expect(course.ends == [])
        #expect(course.losses?.contains("it has no power") == true, "\(course.losses ?? "none")")
        #expect(!course.steps.contains { $0.contains("release bad") || $0.hasPrefix("three: release live") })
        let failed = try await StagedRollout(script: ["two: health new": ill]).run()
        #expect(failed.losses == nil)
    }

    @Test func thatNginxWouldLoseItsLastHealthyServerPausesIt() async throws {
        let course = try await StagedRollout(script: ["lb: drain drained": last]).run()
        #expect(course.ends == ["paused"])
        #expect(course.reason.contains("it is the last healthy server"), "\(course.reason)")
        #expect(!course.steps.contains { $0.contains("release live") || $0.contains("release bad") })
    }

    @Test func aFaultOfTheNewReleaseAloneTakesItBackTheLastServerFirst() async throws {
        let ill = ModuleFailure("not healthy")
        let course = try await StagedRollout(script: ["two: health new": ill]).run()
        #expect(course.ends == ["undoing", "rolled-back"])
        #expect(
            course.steps.filter { $0.hasSuffix("release live old") } == [
                "two: release live old", "one: release live old",
            ])
    }

    @Test func withoutAFaultEveryServerGetsIt() async throws {
        let course = try await StagedRollout(batches: 2).run()
        #expect(course.ends == ["done"])
        #expect(Set(course.steps.filter { $0.hasSuffix("release live new") }).count == 3)
    }

    private let ill = ModuleFailure("not healthy")
    private let catchUp: [String: Value] = ["rollout_catches_up": true]

    @Test func whatFailsWhileAServerCatchesUpIsItsOwnFault() async throws {
        let course = try await StagedRollout(
            updated: ["one", "three"], behind: ["two"], given: catchUp, script: ["two: health new": ill]
        ).run()
        #expect(course.ends == ["stopped"])
        #expect(course.message.contains("it is behind, and stays out of Nginx"), "\(course.message)")
        #expect(!course.steps.contains { $0.contains("release bad") || $0.contains("release live old") })
        #expect(course.steps.last { $0.contains("10.0.0.2") } == "lb: drain drained 10.0.0.2:5000 unless last")
    }

    @Test func aServerIsNotToBlameForAFaultOfAllWhileItCatchesUp() async throws {
        let course = try await StagedRollout(
            updated: ["one", "three"], behind: ["two"], given: catchUp,
            script: ["two: health new": ill, "one: health": ill, "three: health": ill]
        ).run()
        #expect(course.ends == ["paused"])
        #expect(course.message.contains("that serve it already are not healthy either"), "\(course.message)")
    }

    @Test func anAbortedCatchUpLeavesServersAsTheyAre() async throws {
        let course = try await StagedRollout(
            playbook: "abort", updated: ["one", "three"], behind: ["two"], given: catchUp.merging(abort) { $1 }
        ).run()
        #expect(course.ends == ["aborted"])
        #expect(!course.steps.contains { $0.contains("release live") }, "\(course.steps)")
        #expect(!course.steps.contains { $0.contains("drain active 10.0.0.2") }, "\(course.steps)")
    }

    @Test func anAbortedRolloutIsTakenBackWhereverItCame() async throws {
        let course = try await StagedRollout(playbook: "abort", updated: ["one"], given: abort).run()
        #expect(course.ends == ["aborted"])
        #expect(course.steps.filter { $0.contains("release live") } == ["one: release live old"])
    }

    /// `deploy DIR` of what is live already, or of what some servers have: it is not what the run that is undone did.
    @Test func anAbortLeavesServersAloneThatServedTheReleaseBefore() async throws {
        let course = try await StagedRollout(
            playbook: "abort", updated: ["one", "three"],
            given: abort.merging(["rollout_served": ["three", "two"]]) { $1 }
        ).run()
        #expect(course.ends == ["aborted"])
        #expect(course.steps.filter { $0.contains("release live") } == ["one: release live old"])
        let untouched = try await StagedRollout(
            playbook: "abort", updated: ["one", "two", "three"],
            given: abort.merging(["rollout_untouched": true]) { $1 }
        ).run()
        #expect(
            !untouched.steps.contains { $0.contains("release live") || $0.contains("drain") }, "\(untouched.steps)")
    }

    /// As it is in the run's own process.
    @Test func anAbortLeavesAServerBehindThatWasBehindWhenTheRunBegan() async throws {
        let course = try await StagedRollout(
            playbook: "abort", updated: ["one", "two"],
            given: abort.merging(["rollout_served": [], "rollout_waited": ["two"]]) { $1 }
        ).run()
        #expect(course.ends == ["aborted"])
        #expect(course.steps.filter { $0.contains("release live") } == ["one: release live old"])
        #expect(course.steps.last { $0.contains("10.0.0.2") } == "lb: drain drained 10.0.0.2:5000 unless last")
    }

    @Test func whatServersAreIsNotedBeforeTheFirstIsTouched() async throws {
        let course = try await StagedRollout(updated: ["one"], behind: ["two"]).run()
        #expect(course.stock == ["one", "two"])
        // What went on with it, and fails, leaves the server behind again all the same.
        let resumed = try await StagedRollout(
            updated: ["two"], given: ["rollout_waited": ["two"]], script: ["one: health new": ill]
        ).run()
        #expect(resumed.ends == ["undoing", "rolled-back"])
        #expect(!resumed.steps.contains("two: release live old"), "\(resumed.steps)")
        #expect(resumed.steps.last { $0.contains("10.0.0.2") } == "lb: drain drained 10.0.0.2:5000 unless last")
    }

    private let abort: [String: Value] = ["rollout_undoes": true, "rollout_mends": true, "rollout_aborts": true]

    /// Half of all four would be both that are left: Nginx would have none.
    @Test func aShareIsOfTheServersThatCanBeReached() async throws {
        let course = try await StagedRollout(
            servers: ["one", "two", "down3", "down4"], given: ["rollout_batches": "50%"]
        ).run()
        #expect(course.ends == ["done"])
        let first = try #require(course.steps.firstIndex(of: "one: release good new"), "\(course.steps)")
        #expect(try #require(course.steps.firstIndex(of: "two: release live new")) > first)
    }

    @Test func whatCameInTheWayMeanwhileKeepsARolloutFromBeingGoneOnWith() async throws {
        let resume = StagedRollout(playbook: "resume", updated: ["one"])
        #expect(try await resume.run().ends == ["done"])
        var full = resume
        full.found = ["app": "0 MB are free", "nginx": "nginx -t refuses it"]
        let refused = try await full.run()
        #expect(refused.ends == ["refused"])
        #expect(refused.reason.contains("lb: nginx -t refuses it"), "\(refused.reason)")
        #expect(refused.reason.contains("two: 0 MB are free"), "\(refused.reason)")
        #expect(!refused.steps.contains { $0.contains("migrate") || $0.contains("drain") }, "\(refused.steps)")
        var ill = resume
        ill.script = ["three: health": self.ill]
        #expect(try await ill.run().reason.contains("three: takes requests, and is not healthy"))
    }

    @Test func aDryRunSeesWhatIsInTheWay() async throws {
        let course = try await StagedRollout(playbook: "resume", updated: ["one"], checks: true).run()
        #expect(course.failures == [])
    }

    /// It was switched and not restarted, say: going on is what mends it.
    @Test func whatTheRolloutItselfMadeIllIsNoReasonNotToGoOn() async throws {
        let course = try await StagedRollout(
            playbook: "resume", updated: ["one"], half: ["two"],
            script: ["two: health": Once(ModuleFailure("not healthy"))]
        ).run()
        #expect(course.ends == ["done"], "\(course.reason)")
        #expect(course.steps.contains("two: release live new"), "\(course.steps)")
    }

    /// Its services are well by the balancer's question; something else about the release is not.
    @Test func theLastHealthyServerStaysInNginxWithAReleaseThatIsTakenBack() async throws {
        let course = try await StagedRollout(
            script: ["one: health new": ill, "lb: drain drained 10.0.0.1": Second(last)]).run()
        #expect(course.ends == ["stopped"])
        #expect(course.message.contains("stays in Nginx as it is, with release new"), "\(course.message)")
        #expect(!course.steps.contains { $0.hasPrefix("two: release live") }, "\(course.steps)")
    }

    private let last = ModuleFailure("it is the last healthy server", result: ["last_healthy": true])

    @Test func theOnlyServerThatCanBeReachedIsGoneOnWithInItsPlace() async throws {
        let alone = try await StagedRollout(servers: ["one", "down2"], script: ["lb: drain drained 10.0.0.1": last])
            .run()
        #expect(alone.ends == ["paused"])
        #expect(alone.message.contains("resume --skip-unreachable --in-place"), "\(alone.message)")
        let several = try await StagedRollout(script: ["lb: drain drained": last]).run()
        #expect(several.message.contains("resume --batch 1"), "\(several.message)")
    }

    @Test func aServerThatCanNotBeReachedStaysInNginxWhileNoOtherIsWell() async throws {
        let course = try await StagedRollout(
            servers: ["one", "down2"], script: ["lb: drain drained 10.0.0.2": last]
        ).run()
        #expect(course.ends == ["done"])
        #expect(course.said.contains { $0.hasPrefix("down2 can't be reached and stays in Nginx") }, "\(course.said)")
        #expect(course.steps.contains("lb: drain drained 10.0.0.2:5000 unless last"), "\(course.steps)")
        #expect(course.losses == nil, "it never was reached")
    }

    /// As with Entity Framework: nothing tells what the database has, but what its releases were stated to need and bring.
    @Test(arguments: [(needs: 7, isRefused: true), (needs: 5, isRefused: false)])
    func aRollbackComparesStatedSchemasWhereTheDatabaseDoesNotTell(needs: Int, isRefused: Bool) async throws {
        let course = try await StagedRollout(
            playbook: "rollback", schemas: ["old": (needs: 1, brings: 5), "new": (needs: needs, brings: 7)],
            given: ["release_id": "new", "migrate_plan_command": ""]
        ).run()
        #expect((course.ends == ["refused"]) == isRefused, "\(course.ends) \(course.failures)")
        #expect(course.message.contains("which has migration 5 and") == isRefused, "\(course.message)")
        #expect(course.steps.contains { $0.contains("release live new") } != isRefused, "\(course.steps)")
    }

    @Test func aBalancerThatCanNotTakeALostServerOutStopsTheRollout() async throws {
        let course = try await StagedRollout(
            servers: ["one", "down2"], script: ["lb: drain drained 10.0.0.2": ModuleFailure("nginx -t failed")]
        ).run()
        #expect(course.ends == [])
        #expect(!course.steps.contains { $0.contains("release live") }, "\(course.steps)")
    }

    /// The last server in Nginx can't be taken out: another has to be in first.
    @Test func serversThatAreOutOfNginxComeFirst() async throws {
        let course = try await StagedRollout(servers: ["one", "two"], behind: ["two"]).run()
        #expect(course.ends == ["done"])
        #expect(
            course.steps.filter { $0.contains("release live") } == ["two: release live new", "one: release live new"])
        #expect(course.steps.filter { $0.contains("drain active") }.count == 2, "\(course.steps)")
    }

    @Test func aServerThatWasBehindHasNoReleaseToGoBackTo() async throws {
        let course = try await StagedRollout(behind: ["three"], script: ["three: health new": ill]).run()
        #expect(course.ends == ["stopped"])
        #expect(course.message.contains("it is behind, and stays out of Nginx"), "\(course.message)")
        #expect(course.steps.filter { $0.contains("release live") } == ["three: release live new"])
    }

    @Test func aServerThatWasBehindIsSoAgainWhenTheReleaseIsTakenBack() async throws {
        let course = try await StagedRollout(behind: ["three"], script: ["one: health new": ill]).run()
        #expect(course.ends == ["undoing", "rolled-back"])
        #expect(course.steps.filter { $0.hasSuffix("release live old") } == ["one: release live old"])
        #expect(course.steps.last { $0.contains("10.0.0.3") } == "lb: drain drained 10.0.0.3:5000 unless last")
    }

    @Test func aBatchWhoseFirstServerCameBeforeIsAskedAboutToo() async throws {
        let course = try await StagedRollout(
            batches: 2, behind: ["one"], given: ["rollout_pauses": true]
        ).run()
        #expect(course.ends == ["done"])
        #expect(course.steps.filter { $0.contains("consent") }.count == 2, "\(course.steps)")
    }

    @Test func aServerThatWasBehindIsNotTakenOutWhileNoOtherIsWell() async throws {
        let course = try await StagedRollout(
            behind: ["three"], script: ["one: health new": ill, "lb: drain drained 10.0.0.3": Second(last)]
        ).run()
        #expect(course.ends == ["undoing", "stopped"])
        #expect(course.message.contains("three is the last healthy server and stays in Nginx"), "\(course.message)")
    }
}
