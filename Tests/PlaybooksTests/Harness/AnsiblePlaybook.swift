import Foundation
import Subprocess
import SystemPackage

/// The real Ansible, as `scripts/oracles` installs it.
enum AnsiblePlaybook {
    static let bin = ProcessInfo.processInfo.environment["INTCHAIN_ORACLES"] ?? "/var/cache/intchain-test/venv/bin"

    static func isAvailable() -> Bool { FileManager.default.isExecutableFile(atPath: bin + "/ansible-playbook") }

    /// Ansible's counts of a host, as its recap prints them.
    struct Counts: Equatable, CustomStringConvertible {
        var ok = 0
        var changed = 0
        var failed = 0
        var skipped = 0
        var rescued = 0
        var ignored = 0

        var description: String {
            "ok=\(ok) changed=\(changed) failed=\(failed) skipped=\(skipped) rescued=\(rescued) ignored=\(ignored)"
        }
    }

    /// - Returns: the recap by host, and all that was printed.
    static func run(
        _ playbook: String, inventory: String, variables: [String: String]
    ) async throws -> (recap: [String: Counts], output: String) {
        let extra = variables.flatMap { ["-e", "\($0.key)=\($0.value)"] }
        let result = try await Subprocess.run(
            .path(FilePath("\(bin)/ansible-playbook")),
            arguments: Arguments(
                ["-i", inventory, playbook, "-e", "ansible_python_interpreter=\(bin)/python3"] + extra),
            environment: .inherit.updating([
                "LC_ALL": "C.UTF-8", "ANSIBLE_LOCALHOST_WARNING": "0", "ANSIBLE_NOCOLOR": "1",
                "ANSIBLE_PIPELINING": "1", "ANSIBLE_HOME": NSTemporaryDirectory() + "/ansible-home",
                "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
            ]),
            output: .string(limit: 1 << 22), error: .string(limit: 1 << 20))
        let output = result.standardOutput + result.standardError
        return (recap(of: result.standardOutput), output)
    }

    private static func recap(of output: String) -> [String: Counts] {
        guard let start = output.range(of: "PLAY RECAP") else { return [:] }
        let lines = output[start.upperBound...].split(separator: "\n").dropFirst()
        return Dictionary(lines.compactMap(counts), uniquingKeysWith: { first, _ in first })
    }

    /// `app1 : ok=5    changed=3    unreachable=0 …`
    private static func counts(_ line: Substring) -> (String, Counts)? {
        let words = line.split(separator: " ")
        guard words.count > 2, words[1] == ":" else { return nil }
        var numbers: [Substring: Int] = [:]
        for word in words.dropFirst(2) {
            let parts = word.split(separator: "=")
            if parts.count == 2 { numbers[parts[0]] = Int(parts[1]) }
        }
        let counts = Counts(
            ok: numbers["ok"] ?? 0, changed: numbers["changed"] ?? 0, failed: numbers["failed"] ?? 0,
            skipped: numbers["skipped"] ?? 0, rescued: numbers["rescued"] ?? 0, ignored: numbers["ignored"] ?? 0)
        return (String(words[0]), counts)
    }
}
