import Modules
import Testing

/// Whose fault it is when a release does not come up and no other server is left to tell.
@Suite(.timeLimit(.minutes(10))) struct SharedFaultTests {
    private let ill = ModuleFailure("not healthy")

    @Test func theOnlyServerIsNotToBlameForADatabaseThatDoesNotAnswer() async throws {
        let away = ["one: health new": ill, "one: knock 10.0.1.1": ModuleFailure("no answer")]
        let course = try await StagedRollout(servers: ["one"], databases: ["db1", "redis1"], script: away).run()
        #expect(course.ends == ["paused"])
        #expect(course.message.hasPrefix("paused: db1 can't be reached from one"), "\(course.message)")
        #expect(!course.steps.contains { $0.contains("release bad") || $0.contains("release live old") })
        let well = try await StagedRollout(
            servers: ["one"], databases: ["db1", "redis1"], script: ["one: health new": ill]
        ).run()
        #expect(well.ends == ["undoing", "rolled-back"])
        // Another server can tell.
        #expect(
            try await StagedRollout(databases: ["db1", "redis1"], script: away).run().ends == [
                "undoing", "rolled-back",
            ])
    }

    @Test func aReplicaThatDoesNotAnswerIsNoReasonUnlessTheServicesLackThePrimary() async throws {
        func course(_ mysql: String) async throws -> StagedRollout.Course {
            let said = #"gateway: 503: {"mysql":{"reachable":true,"servers":{"a:3306":"read-only"}\#(mysql)}}"#
            var rollout = StagedRollout(servers: ["one"], databases: ["db1", "db2", "redis1"])
            rollout.script = [
                "one: health new": ModuleFailure(said), "one: knock 10.0.1.1": ModuleFailure("no answer"),
            ]
            return try await rollout.run()
        }
        #expect(try await course("").ends == ["paused"])
        #expect(try await course(#","writable":"b:3306""#).ends == ["undoing", "rolled-back"])
    }
}
