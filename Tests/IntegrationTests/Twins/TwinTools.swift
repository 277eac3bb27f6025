import Foundation

/// Both tools, run on a case as their users run them.
struct TwinTools {
    let lab: TwinLab
    /// For what Ansible keeps beside its runs.
    let home: String

    static let ansible =
        (ProcessInfo.processInfo.environment["INTCHAIN_ORACLES"] ?? "/var/cache/intchain-test/venv/bin")
        + "/ansible-playbook"

    static func isAvailable() -> Bool { FileManager.default.isExecutableFile(atPath: ansible) }

    func ours(_ twin: TwinCase) async throws -> TwinRun {
        let words = ["apply", twin.playbook, "--output", "jsonl"]
        return TwinRun(ours: try await Tool.run(words + arguments(twin, on: .ours)))
    }

    func theirs(_ twin: TwinCase, on side: TwinLab.Side) async throws -> TwinRun {
        TwinRun(
            theirs: try await Program.run(
                [Self.ansible, twin.playbook] + arguments(twin, on: side),
                environment: [
                    "LC_ALL": "C.UTF-8", "ANSIBLE_HOME": home, "ANSIBLE_PIPELINING": "1", "ANSIBLE_NOCOLOR": "1",
                    "ANSIBLE_HOST_KEY_CHECKING": "0", "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.jsonl",
                    "ANSIBLE_RETRY_FILES_ENABLED": "0", "ANSIBLE_DEPRECATION_WARNINGS": "0",
                    "ANSIBLE_PYTHON_INTERPRETER": "/usr/bin/python3", "ANSIBLE_SSH_ARGS": sharing,
                ]))
    }

    /// One connection for all of Ansible's runs.
    private var sharing: String { "-C -o ControlMaster=auto -o ControlPersist=60s -o ServerAliveInterval=5" }

    private func arguments(_ twin: TwinCase, on side: TwinLab.Side) -> [String] {
        let inventories = [twin.hosts, lab.connections[side] ?? ""].flatMap { ["-i", $0] }
        return inventories + ["-e", "folder=/srv/\(twin.name)"] + twin.arguments
    }
}
