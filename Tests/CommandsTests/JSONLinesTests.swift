import ArgumentParser
import Foundation
import Testing
import YAML

@testable import Commands
@testable import Playbooks

/// `--output jsonl`: stray text broke Ansible's for years (ansible/ansible#17122, #21838, #26312, #49472).
@Suite struct JSONLinesTests {
    @Test(arguments: [[], ["-v"], ["-vvv", "-D"]])
    func noModulesOutputCanBreakTheLines(flags: [String]) async throws {
        let project = try ScratchProject()
        let evil =
            #"printf '}\n{\"event\": 1}\n\000\033[2J\r\342\200\250\377\376'; echo '{}' >&2; head -c 300000 /dev/zero | tr '\0' x"#
        try project.write(
            "site.yml",
            """
            - hosts: all
              tasks:
                - name: "Evil \\n {\\"event\\": 2}"
                  shell: \(Value.string(evil).json())
                  ignore_errors: true  # it is no text
                - name: Fail
                  shell: \(Value.string(evil + "; exit 3").json())
                  ignore_errors: true
                - debug: { msg: "a\\n{\\"event\\": 3}\\n" }
                - copy: { dest: "\(project.path)/{{ inventory_hostname }}", content: "x\\n{}\\n" }
            """)
        let screen = Screen()
        #expect(
            try await project.apply(project.playbook, flags + ["--output", "jsonl"], on: screen) == 0,
            "\(screen.output.split(separator: "\n").filter { $0.contains("failed\"") || $0.contains("host_lost") }.map { $0.prefix(600) })"
        )
        let lines = screen.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(lines.count > 10)
        for line in lines {
            let value = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(value?["event"] is String, "\(line.prefix(200))")
        }
        #expect(lines.last?.contains("\"recap\"") == true)
    }

    @Test func linesOfHostsAtOnceAreNotMixed() async throws {
        let pipe = Pipe()
        let console = Console(
            ProcessStreams(output: pipe.fileHandleForWriting.fileDescriptor), outputIsTerminal: false,
            errorIsTerminal: false, environment: [:])
        let reading = Task.detached { pipe.fileHandleForReading.readDataToEndOfFile() }
        await withTaskGroup(of: Void.self) { group in
            for letter in "abcdefgh" {
                group.addTask { for _ in 0..<20 { console.print(String(repeating: letter, count: 50_000)) } }
            }
        }
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: await reading.value, as: UTF8.self)
        let whole = text.split(separator: "\n").filter { $0.count == 50_000 && Set($0).count == 1 }
        #expect(whole.count == 160)
    }
}
