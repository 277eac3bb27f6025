import Diagnostics
import Fleet
import Foundation
import Modules
import Playbooks
import Testing

/// A folder of bad projects, each with the exact text of what is wrong in it. A case is one file: the project's files
/// behind lines `-- NAME --`, and what is to be said behind `-- expected --`.
@Suite struct MistakeCorpusTests {
    static let cases: [String] = {
        let folder = Bundle.module.resourceURL?.appending(path: "Mistakes").path ?? ""
        return (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? []
    }()

    @Test func thereAreCases() { #expect(Self.cases.count > 10) }

    @Test(arguments: cases)
    func saysExactlyWhatIsWrong(_ name: String) throws {
        let project = try BadProject(name)
        #expect(try project.findings() == project.expected)
    }
}

/// Where secrets in clear text are right.
@Suite struct PrivateInventoryTests {
    @Test func anInventoryThatOnlyItsOwnerReadsMayHoldSecrets() throws {
        let folder = try Scratch()
        try folder.write("inventory.yml", "all:\n  vars: {db_password: hunter2}\n  hosts: {one: {}}\n")
        try folder.write("site.yml", "- hosts: all\n  tasks: []\n")
        let reading = PlaybookLoader(registry: .builtin).read(folder.path + "/site.yml")
        for (mode, count) in [(0o644, 1), (0o640, 1), (0o600, 0), (0o400, 0)] {
            try FileManager.default.setAttributes(
                [.posixPermissions: mode], ofItemAtPath: folder.path + "/inventory.yml")
            let inventory = InventoryReading([folder.path + "/inventory.yml"])
            #expect(StaticCheck(reading, inventory: inventory).problems().count == count, "\(mode)")
        }
    }
}

/// One case of the corpus.
struct BadProject {
    let files: [String: String]
    let expected: String

    init(_ name: String) throws {
        let url = try #require(Bundle.module.resourceURL?.appending(path: "Mistakes/" + name))
        var files: [String: String] = [:]
        var current = ""
        for line in try String(contentsOf: url, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            if line.hasPrefix("-- "), line.hasSuffix(" --") {
                current = String(line.dropFirst(3).dropLast(3))
                files[current] = ""
            } else {
                files[current, default: ""] += line + "\n"
            }
        }
        expected = (files.removeValue(forKey: "expected") ?? "").trimmingCharacters(in: .newlines)
        files.removeValue(forKey: "")
        self.files = files
    }

    /// What `validate site.yml -i inventory.yml` says in the project's folder.
    func findings() throws -> String {
        let scratch = try Scratch()
        let folder = scratch.path + "/project"
        for (name, text) in files {
            let url = URL(fileURLWithPath: folder + "/" + name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        let check = StaticCheck(
            PlaybookLoader(registry: .builtin).read(folder + "/site.yml"),
            inventory: InventoryReading([folder + "/inventory.yml"], playbookDirectory: folder))
        return check.problems().map(\.description).joined(separator: "\n")
            .replacingOccurrences(of: folder + "/", with: "").replacingOccurrences(of: folder, with: ".")
            .replacingOccurrences(of: scratch.path, with: "..")
    }
}
