import Diagnostics
import Foundation
import Modules
import OrderedCollections
import Playbooks
import Testing
import YAML

/// The operator's files as they are when they are read, and as the bytes that they are.
@Suite(.timeLimit(.minutes(10))) struct FileTextTests {
    private let root: Scratch

    init() throws { root = try Scratch() }

    @Test func aTemplateThatAnEarlierTaskHasWrittenIsReadAnew() async throws {
        try root.write("t.j2", "old {{ inventory_hostname }}\n")
        try root.write(
            "site.yml",
            """
            - hosts: one
              gather_facts: false
              tasks:
                - copy: { content: a, dest: "\(root.path)/a" }
                - copy: { src: fresh, dest: "\(root.path)/t.j2" }
                  delegate_to: localhost
                - template: { src: "\(root.path)/t.j2", dest: "\(root.path)/made" }
            """)
        try root.write("fresh", "fresh {{ inventory_hostname }}\n")
        let files = LocalProjectFiles()
        let playbook = try PlaybookLoader(registry: .builtin, files: files).load(root.path + "/site.yml")
        let site = try Project("").site(RunOptions(), files, Recorder())
        _ = try await PlaybookRun(playbook, on: site).execute()
        #expect(root.read("made") == "fresh one\n")
    }

    private func problems(_ name: String, _ bytes: [UInt8]) throws -> [String] {
        try root.write(
            "site.yml",
            """
            - hosts: one
              gather_facts: false
              vars_files: [v.yml]
              tasks:
                - template: { src: t.j2, dest: /x }
                - include_vars: i.yml
            """)
        for (file, text) in [("v.yml", "a: 1\n"), ("t.j2", "x\n"), ("i.yml", "b: 1\n")] { try root.write(file, text) }
        try Data(bytes).write(to: URL(fileURLWithPath: "\(root.path)/\(name)"))
        let reading = PlaybookLoader(registry: .builtin).read(root.path + "/site.yml")
        return StaticCheck(reading, inventory: nil).problems().map {
            $0.description.replacingOccurrences(of: root.path + "/", with: "")
        }
    }

    @Test(arguments: ["v.yml", "t.j2", "i.yml", "site.yml"])
    func aFileThatIsNotUTF8IsRefusedAtItsFirstByte(_ file: String) throws {
        let found = try problems(file, Array("# ä\n# caf".utf8) + [0xE9, 0x20, 0xFF, 0x0A])
        let place = "\(file):2:6: the file is not UTF-8 text: the byte 0xE9 begins no character"
        #expect(found.contains { $0.hasPrefix(place) }, "\(found)")
    }

    @Test func anEndInsideOfACharacterIsFoundToo() throws {
        #expect(try problems("t.j2", Array("é\nx".utf8) + [0xE2, 0x82]).first?.hasPrefix("t.j2:2:2: ") == true)
    }

    @Test func whatACommandPrintsMustBeTextToo() async throws {
        let run = try await Project(
            """
            - hosts: all
              gather_facts: false
              tasks:
                - { command: "printf 'caf\\\\351'", register: said, ignore_errors: true }
                - { debug: { msg: "{{ said.rc }} {{ said.stdout is defined }}" } }
                - { command: "printf 'caf\\\\351'", args: { creates: "\(root.path)/none" }, register: said }
                - { copy: { content: "{{ said.stdout }}", dest: "\(root.path)/a" } }
            """
        ).run()
        #expect(run.reports.first?.message?.contains("its standard output is not UTF-8 text") == true)
        #expect(run.said() == ["0 False"])
        #expect(run.reports.last?.status == .failed)
        #expect(!root.exists("a"))
    }
}
