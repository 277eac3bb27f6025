import Modules
import OrderedCollections
import Remote
import Testing
import YAML

@testable import Rollouts

@Suite struct MigrateTests {
    private func act(_ command: Value) async throws -> Outcome {
        let context = ModuleContext(
            host: "here", facts: HostFacts(), readFile: { _ in [] }, render: { _, _ in "" }, evaluate: { _ in .null })
        let arguments = try Arguments(["command": command, "chdir": "/"], for: MigrateModule.spec)
        return try await MigrateModule(arguments, in: context).act(on: LocalHost())
    }

    @Test func countsWhatWasApplied() async throws {
        let outcome = try await act(
            [
                "sh", "-c",
                #"echo talk; echo '{"file":"0001.sql","status":"applied"}'; echo '{"applied":1,"current":"0001"}'"#,
            ])
        #expect(outcome.changed)
        #expect(outcome.result["applied"] == 1)
        #expect(outcome.result["reports"]?.list?.count == 2)
    }

    @Test func changesNothingWhenAllIsApplied() async throws {
        #expect(try await !act(#"echo '{"applied":0}'"#).changed)
    }

    @Test func failsWithTheProgramsOwnWords() async {
        let failure = await #expect(throws: ModuleFailure.self) { try await act("echo 'table is locked' >&2; exit 3") }
        #expect(failure?.message.contains("table is locked") == true)
    }

    @Test func readsWhatEntityFrameworkSays() async throws {
        let bundle = try await act(
            [
                "sh", "-c",
                #"echo "Applying migration '20260101_Begin'."; echo "Applying migration '20260102_More'."; echo Done."#,
            ])
        #expect(bundle.result["applied"] == 2)
        let none = try await act(["echo", "No migrations were applied. The database is already up to date."])
        #expect(!none.changed)
        await #expect(throws: ModuleFailure.self) { try await act(["echo", "Applying migration '20260101_Begin'."]) }
    }

    @Test func distrustsAMigrationThatSaysNothing() async {
        await #expect(throws: ModuleFailure.self) { try await act("true") }
    }
}
