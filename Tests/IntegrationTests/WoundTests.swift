import Foundation
import Testing

/// What people have complained of for years in other tools, and what prevents it here: mistakes that are found only
/// when half of a run is over. This machine stands for the host.
@Suite struct WoundTests {
    private static let inventory = "all:\n  hosts:\n    here: {ansible_connection: local}\n"

    /// Runs `apply` with a playbook whose first task would make a file.
    private func apply(_ rest: String, files: [String: String] = [:]) async throws -> (Outcome, changed: Bool) {
        let folder = try Scratch()
        try folder.write("inventory.yml", Self.inventory)
        for (name, text) in files { try folder.write(name, text) }
        try folder.write(
            "site.yml",
            "- hosts: here\n  tasks:\n    - file: {path: \(folder.file("made")), state: touch, mode: '0644'}\n\(rest)")
        let outcome = try await Tool.run(
            ["apply", "site.yml", "-i", "inventory.yml", "--lock-wait", "60s"], in: folder.path)
        return (outcome, FileManager.default.fileExists(atPath: folder.file("made")))
    }

    @Test func typosAreFoundBeforeAnythingIsChanged() async throws {
        for (typo, words) in [
            ("    - file: {path: /tmp, ownr: root}\n", "did you mean 'owner'?"),
            ("    - fiel: {path: /tmp}\n", "did you mean 'file'?"),
            ("    - debug: {msg: x}\n      whne: false\n", "did you mean 'when'?"),
            (
                "    - debug: {msg: '{{ ansible_hostnam }} {{ inventory_hostnam }}'}\n",
                "did you mean 'inventory_hostname'?"
            ),
            ("- hosts: hre\n  tasks: []\n", "did you mean 'here'?"),
        ] {
            let (outcome, changed) = try await apply(typo)
            #expect(outcome.code == 65, "\(typo)\(outcome.text)")
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
            #expect(!changed, "\(typo)")
        }
        // Without a mistake the same run does make the file.
        let (outcome, changed) = try await apply("")
        #expect(outcome.code == 0, "\(outcome.text)")
        #expect(changed)
    }

    @Test func aKeyWrittenTwiceIsAnErrorAndNotTheLastOne() async throws {
        let (outcome, changed) = try await apply("      name: one\n      name: two\n")
        #expect(outcome.code == 65)
        #expect(outcome.errors.contains("site.yml:5:7: duplicate key 'name', first written at site.yml:4:7"))
        #expect(!changed)
    }

    @Test func aMisspeltPatternOfHostsIsNoSuccess() async throws {
        let (outcome, changed) = try await apply("- hosts: aap\n  tasks: []\n")
        #expect(outcome.code == 65)
        #expect(outcome.errors.contains("no host and no group is named 'aap'"))
        #expect(!changed)
    }

    @Test func errorsInTemplatesNameFileLineAndVariable() async throws {
        let (outcome, changed) = try await apply(
            "    - template: {src: conf.j2, dest: /tmp/x, mode: '0644'}\n",
            files: ["conf.j2": "user www;\n{% if true %}\nworkers {{ worker_cuont }};\n{% endif %}\n"])
        #expect(outcome.code == 65)
        #expect(
            outcome.errors.contains(
                """
                conf.j2:3:12: 'worker_cuont' is not defined anywhere
                  | workers {{ worker_cuont }};
                  |            ^
                """), "\(outcome.errors)")
        #expect(!changed)
    }

    @Test func noMessageShowsASecret() async throws {
        let (outcome, changed) = try await apply(
            "    - user: {name: a, password: hunter2-in-the-open, ownr: x}\n")
        #expect(outcome.code == 65)
        #expect(outcome.errors.contains("a secret in clear text"))
        #expect(!outcome.text.contains("hunter2"), "\(outcome.text)")
        #expect(!changed)
    }
}
