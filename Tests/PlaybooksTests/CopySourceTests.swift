import Diagnostics
import Fleet
import Foundation
import Modules
import Playbooks
import Testing
import YAML

/// Which of the operator's files `copy` takes.
@Suite struct CopySourceTests {
    @Test func theFirstOfANameIsTakenWhetherFileOrFolder() async throws {
        let scratch = try Scratch()
        let run = try await Project(
            "[{ hosts: all, roles: [web] }]",
            files: [
                "roles/web/tasks/main.yml": """
                - copy: { src: x, dest: "\(scratch.path)/first" }
                - copy: { src: y, dest: "\(scratch.path)/" }
                - copy: { src: x/, dest: "\(scratch.path)/below" }
                """,
                "roles/web/files/x": "the role's", "files/x/inner": "the playbook's",
                "roles/web/files/y/inner": "the role's", "files/y": "the playbook's",
            ]
        ).run()
        #expect(!run.recap.failed)
        #expect(scratch.read("first") == "the role's")
        #expect(scratch.read("y/inner") == "the role's")
        #expect(scratch.read("below/inner") == "the playbook's")
    }

    @Test(arguments: [("loop", ".", true), ("deep/up", "..", true), ("other", "deep", false)])
    func aLinkBackToAFolderAroundIsRefused(name: String, target: String, isRefused: Bool) throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(
            atPath: scratch.path + "/files/tree/deep", withIntermediateDirectories: true)
        try scratch.write("files/tree/deep/file", "x")
        try scratch.write("hosts.yml", "all: { hosts: { one: } }")
        try scratch.write("site.yml", "[{ hosts: all, tasks: [{ copy: { src: tree, dest: /srv/tree } }] }]")
        try FileManager.default.createSymbolicLink(
            atPath: "\(scratch.path)/files/tree/\(name)", withDestinationPath: target)
        let files = LocalProjectFiles()
        let check = StaticCheck(
            PlaybookLoader(registry: .builtin, files: files).read(scratch.path + "/site.yml"),
            inventory: InventoryReading([scratch.path + "/hosts.yml"]), given: [], files: files)
        let problems = check.problems().map(\.description)
        #expect(problems.contains { $0.contains("\(name) is a link to a folder that it stands in") } == isRefused)
        #expect(isRefused || problems.isEmpty)
    }
}
