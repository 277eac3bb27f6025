import Foundation
import Playbooks
import Remote
import Testing

/// A host without Python, which other tools need there (ansible/ansible#32122), nor another language.
@Suite(.timeLimit(.minutes(10))) struct BareHostTests {
    private static let languages = ["python", "perl", "ruby", "php", "node", "lua", "tclsh"]

    /// A folder with all of this machine's programs but the languages.
    private func programs() throws -> Scratch {
        let folder = try Scratch()
        let files = FileManager.default
        for place in ["/usr/sbin", "/usr/bin", "/sbin", "/bin"] {
            for name in (try? files.contentsOfDirectory(atPath: place)) ?? []
            where !Self.languages.contains(where: name.hasPrefix) {
                try? files.createSymbolicLink(
                    atPath: "\(folder.path)/\(name)", withDestinationPath: "\(place)/\(name)")
            }
        }
        return folder
    }

    @Test func needsNoPythonAndNoOtherLanguage() async throws {
        let (programs, root) = (try programs(), try Scratch())
        let project = Project(
            """
            - hosts: all
              tasks:
                - { file: { path: '\(root.path)/d', state: directory, mode: '0750' } }
                - { copy: { dest: '\(root.path)/d/a', content: "one\\n", mode: '0640' } }
                - { template: { src: t.j2, dest: '\(root.path)/d/t', mode: '0644' } }
                - { lineinfile: { path: '\(root.path)/d/a', line: two } }
                - { blockinfile: { path: '\(root.path)/d/a', block: three } }
                - { replace: { path: '\(root.path)/d/a', regexp: one, replace: four } }
                - { file: { path: '\(root.path)/d/l', src: a, state: link } }
                - { stat: { path: '\(root.path)/d/a' }, register: seen }
                - { command: "sh -c 'command -v python3 || command -v perl || echo none'", register: found }
                - { debug: { msg: '{{ seen.stat.size > 9 }} {{ found.stdout }} {{ ansible_facts.kernel }}' } }
            """, files: ["t.j2": "{{ inventory_hostname }} {{ ansible_facts.os_family }}\n"])
        let transport = RecordingTransport(environment: ["PATH=\(programs.path)", "HOME=/tmp"])
        let site = try project.site(
            RunOptions(), MemoryFiles(texts: project.files), Recorder(), transport,
            owed: OwedFolder(base: root.path))
        let recap = try await PlaybookRun(try project.load(), on: site).execute()
        #expect(recap.hosts.map(\.failed) == [0])
        #expect(root.read("d/a")?.hasPrefix("four\ntwo\n") == true)
    }
}
