import Testing
import YAML

/// What becomes of a rollout that was cut off, when it is gone on with or taken back.
@Suite(.timeLimit(.minutes(10))) struct ResumedRolloutTests {
    private let abort: [String: Value] = ["rollout_undoes": true, "rollout_mends": true, "rollout_aborts": true]

    /// Killed while the hooks ran that come after it: by now `new` is bad, and the release before `old` another one.
    private var returned: StagedRollout {
        StagedRollout(
            updated: [], returned: ["one", "two", "three"],
            given: [
                "rollout_release": "old", "rollout_before": ["one": "new", "two": "new", "three": "new"],
            ])
    }

    @Test func aRollbackThatIsGoneOnWithLeavesNoThirdReleaseBad() async throws {
        var rollback = returned
        rollback.playbook = "rollback"
        rollback.given.merge(["release_id": "old", "rollout_leaves_bad": true]) { $1 }
        let course = try await rollback.run()
        #expect(course.ends == ["done"], "\(course.reason)")
        #expect(
            Set(course.steps.filter { $0.contains("release bad") }.map { $0.suffix(3) }) == ["new"], "\(course.steps)")
    }

    @Test func aRollbackThatIsTakenBackLeadsToWhatItLeft() async throws {
        var back = returned
        back.playbook = "abort"
        back.given.merge(abort) { $1 }
        let course = try await back.run()
        #expect(course.ends == ["aborted"])
        let live = course.steps.filter { $0.contains("release live") }
        #expect(live == ["three", "two", "one"].map { "\($0): release live new" }, "\(live)")
    }

    /// Which never came through its rollout, so that it is no release to go back to while there is another.
    @Test func aRollbackFromAHalfRolledOutReleaseMarksThatOneBad() async throws {
        let course = try await StagedRollout(
            playbook: "rollback", half: ["one", "two", "three"],
            given: ["rollout_release": "old", "rollout_leaves_bad": true]
        ).run()
        #expect(course.ends == ["done"], "\(course.reason)")
        #expect(course.aim == "old")
        #expect(
            Set(course.steps.filter { $0.contains("release bad") }.map { $0.suffix(3) }) == ["new"], "\(course.steps)")
    }

    @Test func whatARolloutIsAboutAndWhereItGoesBackToIsNotedBeforeTheFirstIsTouched() async throws {
        let course = try await StagedRollout(updated: ["one"], behind: ["two"]).run()
        #expect(course.aim == "new")
        #expect(course.before == "one=old two=old three=old")
    }

    private let hooks = [
        "before-deploy", "before-push", "before-migrate", "after-migrate", "before-rollback", "after-deploy",
        "after-rollback",
    ]

    @Test func aDeployThatIsGoneOnWithRunsTheHooksThatItHadNotComeTo() async throws {
        let early = try await StagedRollout(playbook: "resume", hooks: hooks).run()
        #expect(early.hooks == ["before-migrate", "after-migrate", "after-deploy"], "\(early.failures)")
        let late = try await StagedRollout(playbook: "resume", hooks: hooks, given: ["rollout_begun": true]).run()
        #expect(late.hooks == ["after-deploy"], "\(late.failures)")
    }

    @Test func aRollbackThatIsGoneOnWithRepeatsNoHook() async throws {
        var rollback = returned
        rollback.playbook = "rollback"
        rollback.hooks = hooks
        rollback.given.merge(["release_id": "old"]) { $1 }
        #expect(try await rollback.run().hooks == ["before-rollback", "after-rollback"])
        rollback.given["rollout_begun"] = true
        #expect(try await rollback.run().hooks == ["after-rollback"])
    }

    @Test func aCatchUpHasTheHooksOfADeploy() async throws {
        let course = try await StagedRollout(playbook: "catch-up", updated: ["one"], hooks: hooks, behind: ["two"])
            .run()
        #expect(course.hooks == ["before-deploy", "before-push", "after-deploy"], "\(course.failures)")
    }
}
