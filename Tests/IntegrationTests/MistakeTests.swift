import Foundation
import Glibc
import Testing
import YAML

/// Mistakes in files: one sentence with its place, exit code 65, and nobody is contacted. The inventory's addresses
/// lead nowhere (RFC 5737), so that a run which tried them would not end within seconds.
@Suite struct MistakeTests {
    private static let inventory = """
        all:
          children:
            app:
              hosts:
                app1: {ansible_host: 192.0.2.1}
                app2: {ansible_host: 192.0.2.2}
        """

    /// A playbook with a mistake, the place of the mistake, and words of the sentence about it.
    struct Mistake: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var playbook: String
        var place: String
        var words: [String]
        var files: [String: String] = [:]
        var inventory = MistakeTests.inventory
    }

    @Test(arguments: playbooks + inventories)
    func saysWhereTheMistakeIs(_ mistake: Mistake) async throws {
        let folder = try Scratch()
        try folder.write("play.yml", mistake.playbook)
        try folder.write("inventory.yml", mistake.inventory)
        for (name, text) in mistake.files { try folder.write(name, text) }
        let outcome = try await Tool.run(["apply", "play.yml", "-i", "inventory.yml"], in: folder.path)
        #expect(outcome.code == 65)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix(mistake.place + ": "), "\(outcome.errors)")
        for words in mistake.words { #expect(outcome.errors.contains(words), "\(outcome.errors)") }
        // The hosts' addresses lead nowhere: had one been tried, this would say so.
        #expect(!outcome.errors.contains("connect"))
    }

    @Test func reportsAllMistakesAtOnce() async throws {
        let folder = try Scratch()
        try folder.write("inventory.yml", Self.inventory)
        try folder.write(
            "play.yml",
            """
            - hosts: app
              tasks:
                - coppy: {dest: /tmp/x}
                - file: {path: /tmp/x, onwer: root}
            """)
        let outcome = try await Tool.run(["validate", "play.yml", "-i", "inventory.yml"], in: folder.path)
        #expect(outcome.code == 65)
        #expect(outcome.errors.contains("play.yml:3:7: unknown module 'coppy'"))
        #expect(outcome.errors.contains("play.yml:4:28: ansible.builtin.file has no argument 'onwer'"))
        #expect(outcome.errors.contains("did you mean 'owner'?"))
    }

    @Test func givesMistakesAsJSONToPrograms() async throws {
        let folder = try Scratch()
        try folder.write("inventory.yml", Self.inventory)
        try folder.write("play.yml", "- hosts: ap\n  tasks: []\n")
        let outcome = try await Tool.run(
            ["validate", "play.yml", "-i", "inventory.yml", "--output", "json"], in: folder.path)
        #expect(outcome.code == 65)
        let document = try outcome.document()
        #expect(document["version"] == 1)
        #expect(document["playbooks"] == ["play.yml"])
        #expect(document["inventories"] == ["inventory.yml"])
        let first = try #require(document["findings"]?.list?.first)
        #expect(first["rule"] == "unknown-host")
        #expect(first["source"] == "- hosts: ap")
        #expect(first["file"] == "play.yml")
        #expect(first["line"] == 1)
        #expect(first["hint"] == "did you mean 'app'?")
    }

    @Test func saysThatAFileIsMissing() async throws {
        let folder = try Scratch()
        try folder.write("inventory.yml", Self.inventory)
        try folder.write("play.yml", "- hosts: app\n  tasks: []\n")
        let playbook = try await Tool.run(["apply", "plya.yml", "-i", "inventory.yml"], in: folder.path)
        #expect(playbook.code == 65)
        #expect(playbook.errors.contains("plya.yml"))
        let inventory = try await Tool.run(["apply", "play.yml", "-i", "inventroy.yml"], in: folder.path)
        #expect(inventory.code == 65)
        #expect(inventory.errors.contains("inventroy.yml"))
    }

    @Test func refusesAWrongCommandLine() async throws {
        let sentence = "there is no command 'aply'\n  did you mean 'apply'?"
        let lines = [
            (["apply"], "Usage: intchainctl"), (["aply", "x.yml"], sentence),
            (["apply", "x.yml", "--chekc"], "Usage: intchainctl"),
        ]
        for (words, said) in lines {
            let outcome = try await Tool.run(words)
            #expect(outcome.code == 64, "\(words)")
            #expect(outcome.errors.contains(said), "\(outcome.text)")
        }
    }

    @Test(.enabled(if: Unprivileged.isPossible, Unprivileged.reason))
    func saysThatALabNeedsRoot() async throws {
        let outcome = try await Unprivileged.run([Tool.path, "lab", "up", "--name", "nobodys"])
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("needs root"))
        #expect(outcome.errors.contains("sudo intchainctl lab up"))
        #expect(!FileManager.default.fileExists(atPath: "/var/lib/intchain-lab/nobodys"))
    }

    @Test func packsNoReleaseOverAFolderThatIsNone() async throws {
        let folder = try Scratch()
        let note = try folder.write("letters/note", "dear")
        let outcome = try await Program.run([Project.path("scripts/package-release"), folder.file("letters")])
        #expect(outcome.code == 64, "\(outcome.text)")
        #expect(outcome.errors.contains("letters: exists and is no release"))
        #expect(try String(contentsOfFile: note, encoding: .utf8) == "dear")
    }

    @Test func refusesALabsNameThatNoNetworkCouldHave() async throws {
        let outcome = try await Tool.run(["lab", "status", "--name", "My Lab"])
        #expect(outcome.code == 64)
        #expect(outcome.errors.contains("lab name 'My Lab'"))
    }
}

/// Programs as the user `nobody`.
enum Unprivileged {
    static let isPossible = geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")
    static let reason: Comment = "becomes nobody: needs root and setpriv"

    static func run(_ words: [String]) async throws -> Outcome {
        try await Program.run(
            ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"] + words, in: "/")
    }
}
