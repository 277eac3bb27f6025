import Foundation
import Modules
import OrderedCollections
import Remote
import SystemPackage
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

    /// Killed with its shell, as by the end of a connection.
    @Test func aPlanThatIsKilledLeavesNothing() async throws {
        let site = try ReleaseSite()
        try site.write("migrations/0001_first.sql", "-- phase: expand\n")
        try await site.publish(site.stage().id)
        let note = site.root.appendingPathComponent("seat").path
        await #expect(throws: ModuleFailure.self) {
            try await foresee(site, "pwd >\(Shell.quote(note)); kill -9 $$")
        }
        let seat = try String(contentsOfFile: note, encoding: .utf8).split(separator: "\n").joined()
        #expect(!seat.isEmpty && !FileManager.default.fileExists(atPath: seat), "\(seat)")
    }

    private func foresee(_ site: ReleaseSite, _ command: String) async throws -> Outcome {
        let context = ModuleContext(
            host: "here", facts: HostFacts(), readFile: { _ in [] }, render: { _, _ in "" }, evaluate: { _ in .null })
        let values: [String: Value] = [
            "src": .string(site.source.path), "chdir": .string(site.root.path + "/current"), "plan": true,
            "path": .string(site.root.path), "command": "false", "plan_command": .string(command),
        ]
        return try await MigrateModule(Arguments(values, for: MigrateModule.spec), in: context).act(on: LocalHost())
    }

    /// Before a release is pushed, its migrations are shown to the program of the one that is live.
    @Test func showsTheLiveReleasesProgramTheFilesOfTheNextOne() async throws {
        let site = try ReleaseSite()
        try site.write("bin/program", "ls migrations >&2; exec cat migrations/0002_more.sql >&2\n")
        try site.write("migrations/0001_old.sql", "CREATE TABLE a (id INT);\n")
        try await site.publish(site.stage().id)
        let names = try site.names()
        try site.write("bin/program", "echo the new one >&2\n")
        try site.write("migrations/0002_more.sql", "CREATE TABLE b (id INT);\n")
        let failure = await #expect(throws: ModuleFailure.self) {
            try await foresee(site, "sh bin/program; pwd >&2; exit 3")
        }
        let said = try #require(failure?.message)
        #expect(said.contains("0001_old.sql") && said.contains("CREATE TABLE b"), "\(said)")
        #expect(!said.contains("the new one"), "\(said)")
        let seat = try #require(said.split(separator: "\n").last { $0.contains("/plan.") }?.prefix { $0 != " " })
        #expect(!FileManager.default.fileExists(atPath: String(seat)))
        #expect(try site.names() == names)
        #expect(try site.live("bin/program").contains("cat"))

        let planned = try await foresee(site, #"echo '{"applied":0,"pending":["0002_more.sql"]}'"#)
        #expect(!planned.changed && planned.result["pending"] == ["0002_more.sql"])
    }

    @Test func nothingIsForeseenWhereNoReleaseIsLiveOrNoneIsBrought() async throws {
        let site = try ReleaseSite()
        try site.write("migrations/0001_first.sql", "CREATE TABLE a (id INT);\n")
        #expect(try await foresee(site, "exit 3").result["pending"] == [])
        try await site.publish(site.stage().id)
        await #expect(throws: ModuleFailure.self) { try await foresee(site, "exit 3") }
        try FileManager.default.removeItem(at: site.source.appendingPathComponent("migrations"))
        try site.write("other", "x")
        #expect(try await foresee(site, "exit 3").result["pending"] == [])
    }

    @Test func aPackedReleaseBringsTheSameMigrationsAsItsFolder() async throws {
        let site = try ReleaseSite()
        try site.write("bin/program", "x")
        try site.write("migrations/0001_first.sql", "CREATE TABLE a (id INT);\n")
        let file = site.root.path + ".release"
        try await Release.read(site.source.path).pack(to: FilePath(file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let packed = try await MigrationArchive(of: file)
        #expect(try await packed == MigrationArchive(of: site.source.path))
        #expect(!packed.isEmpty && packed.bytes.count < 8192)
    }
}
