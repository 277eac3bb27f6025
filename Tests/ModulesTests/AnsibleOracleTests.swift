import Foundation
import Modules
import OrderedCollections
import Remote
import Subprocess
import Testing
import YAML

/// The same tasks through the real Ansible: the same files afterwards, the same `changed`, the same refusals.
@Suite struct AnsibleOracleTests {
    private static let program =
        (ProcessInfo.processInfo.environment["INTCHAIN_ORACLES"] ?? "/var/cache/intchain-test/venv/bin")
        + "/ansible-playbook"

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: program),
            "there is no \(program): scripts/oracles installs ansible-core 2.19"))
    func leavesTheFilesThatAnsibleLeaves() async throws {
        try await withFolder { folder in
            let cases = OracleCase.all
            for (index, oracle) in cases.enumerated() {
                for side in ["ours", "theirs"] { try await prepare("\(folder)/\(side)/\(index)", oracle.setup) }
            }
            let theirs = try await ansible(cases, in: folder)
            let host = try await LocalHost()
            for (index, oracle) in cases.enumerated() {
                let ours = await outcome(oracle, in: "\(folder)/ours/\(index)", on: host)
                #expect(ours == theirs[index], "\(oracle.module) \(Value.map(oracle.values("DIR")).json())")
                let files = try await listing("\(folder)/ours/\(index)")
                let expected = try await listing("\(folder)/theirs/\(index)")
                #expect(files == expected, "\(oracle.module) \(Value.map(oracle.values("DIR")).json())")
            }
        }
    }

    private func prepare(_ folder: String, _ setup: String) async throws {
        _ = try await sh("umask 022; mkdir -p \(Shell.quote(folder)); cd \(Shell.quote(folder)); \(setup)")
    }

    private func outcome(_ oracle: OracleCase, in folder: String, on host: LocalHost) async -> String {
        var values: [String: Value] = [:]
        for (key, value) in oracle.values(folder) { if let key = key.string { values[key] = value } }
        do {
            let run = try await host.converge(oracle.module, values)
            return run.changes.isEmpty ? "ok" : "changed"
        } catch {
            return "failed"
        }
    }

    /// All cases as one playbook, whose last task writes down how each ended.
    private func ansible(_ cases: [OracleCase], in folder: String) async throws -> [String] {
        var tasks: [Value] = cases.enumerated().map { index, oracle in
            let module = Value.string(
                oracle.module == "sysctl" ? "ansible.posix.sysctl" : "ansible.builtin.\(oracle.module)")
            return [
                module: .map(oracle.values("\(folder)/theirs/\(index)")), "register": .string("r\(index)"),
                "ignore_errors": true,
            ]
        }
        let ends = cases.indices.map { "('failed' if r\($0) is failed else 'changed' if r\($0) is changed else 'ok')" }
        tasks.append([
            "ansible.builtin.copy": [
                "dest": .string("\(folder)/results.json"),
                "content": .string("{{ [\(ends.joined(separator: ", "))] | to_json }}"),
            ]
        ])
        let play: Value = [
            [
                "hosts": "localhost", "connection": "local", "gather_facts": false,
                "vars": ["ansible_python_interpreter": "{{ ansible_playbook_python }}"], "tasks": .list(tasks),
            ]
        ]
        try play.json().write(toFile: "\(folder)/play.yml", atomically: true, encoding: .utf8)
        let output = try await sh(
            """
            export ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_PIPELINING=true ANSIBLE_HOME=\(Shell.quote(folder)) ANSIBLE_RETRY_FILES_ENABLED=false
            umask 022; \(Shell.quote(Self.program)) -i localhost, \(Shell.quote("\(folder)/play.yml")) 2>&1
            """)
        let results = try? String(contentsOfFile: "\(folder)/results.json", encoding: .utf8)
        return try #require(
            try results.map { try Value(json: $0) }?.list?.compactMap(\.string), "\(output.suffix(2000))")
    }

    /// Kind, mode, owner, link text and content of everything in the folder; backups without their time.
    private func listing(_ folder: String) async throws -> String {
        try await sh(
            """
            cd \(Shell.quote(folder)) && find . -printf '%P %y %m %u %g %l\\n' | sort
            find . -type f | sort | while read -r file; do printf '%s: ' "$file"; base64 -w 0 "$file"; echo; done
            """
        ).replacing(/\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~/, with: ".TIME~").replacing(folder, with: "DIR")
    }

    private func sh(_ script: String) async throws -> String {
        let result = try await Subprocess.run(
            .name("sh"), arguments: ["-c", script], output: .string(limit: 1 << 22), error: .discarded)
        return result.standardOutput
    }
}
