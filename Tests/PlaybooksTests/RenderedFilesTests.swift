import Modules
import Playbooks
import Testing

/// What people review is what tasks write.
@Suite(.timeLimit(.minutes(10))) struct RenderedFilesTests {
    @Test func aFileIsRenderedAsItsTaskWritesIt() async throws {
        let root = try Scratch()
        let project = Project(
            """
            - hosts: all
              tasks:
                - template:
                    src: a.j2
                    dest: "\(root.path)/{{ item }}"
                    trim_blocks: false
                    lstrip_blocks: true
                    newline_sequence: '\\r\\n'
                    mode: "{{ '0600' }}"
                  loop: [a, b]
            """,
            files: [
                "templates/a.j2": """
                begin
                  {% if true %}
                {{ template_path }} {{ template_destpath }} {{ ansible_managed }}
                  {% endif %}
                end

                """
            ])
        let site = try project.site(project.options, MemoryFiles(texts: project.files), Recorder())
        let files = try RenderedFiles(try project.load(), on: site).files { _ in HostFacts() }
        #expect(!(try await project.run()).recap.failed)
        #expect(files.map(\.path) == ["a", "b"].map { "\(root.path)/\($0)" })
        for name in ["a", "b"] {
            let text = "begin\r\n\r\na.j2 \(root.path)/\(name) Ansible managed\r\n\r\nend\r\n"
            #expect(root.read(name) == text)
            #expect(files.first { $0.path.hasSuffix(name) }?.text == text)
        }
    }
}
