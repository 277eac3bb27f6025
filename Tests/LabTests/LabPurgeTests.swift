import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@testable import Lab

/// What a purge leaves when it is cut off: either the whole lab, or nothing that is taken for one.
@Suite(.enabled(if: Gate.isRoot && (try? Prerequisites.controlGroups()) != nil, "needs root and cgroup2"))
struct LabPurgeTests {
    /// A machine on which nothing can be removed: as when the tool is killed while it removes.
    private struct StuckMachine: Machine {
        func run(_ command: Command, line: (@Sendable (String) -> Void)?) async throws -> CommandResult {
            CommandResult(output: "", failure: command.program == "rm" ? "killed by signal 9" : nil)
        }
    }

    private func site(in folder: FilePath, on machine: any Machine) throws -> LabSite {
        let name = try LabName("purge-\(getpid())")
        return LabSite(name, paths: LabPaths(name: name, labs: folder), machine: machine)
    }

    @Test func aPurgeThatIsCutOffLeavesNoLabAndIsFinishedByTheNext() async throws {
        let folder = FilePath(FileManager.default.temporaryDirectory.path).appending("purge-\(getpid())")
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        let stuck = try site(in: folder, on: StuckMachine())
        try stuck.paths.state.appending("hosts").appending("db1").makeFolders()
        try LabRecord(image: "sid-1", hosts: [], secrets: .generated()).save(to: stuck.paths.record)

        await #expect(throws: LabError.self) { try await stuck.down(purge: true) }
        #expect(throws: LabError.noLab(stuck.name)) { try stuck.record() }
        #expect(!stuck.paths.state.exists)

        let site = try site(in: folder, on: LocalMachine())
        #expect(try await site.down(purge: true))
        #expect(folder.entries.isEmpty)
        #expect(try await site.down(purge: true) == false)
    }
}
