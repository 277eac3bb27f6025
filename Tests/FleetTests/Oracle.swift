import Foundation
import Subprocess
import SystemPackage
import YAML

/// The real Ansible, as `scripts/oracles` installs it.
enum Oracle {
    static let bin =
        ProcessInfo.processInfo.environment["INTCHAIN_ORACLES"] ?? "/var/cache/intchain-test/venv/bin"

    static func isAvailable() -> Bool {
        FileManager.default.isExecutableFile(atPath: bin + "/ansible-inventory")
    }

    /// What `ansible-inventory --list` says about an inventory.
    static func list(_ inventory: String, playbookDirectory: String?) async throws -> Value {
        let options = playbookDirectory.map { ["--playbook-dir", $0] } ?? []
        return try Value(json: try await output("ansible-inventory", ["--list", "-i", inventory] + options))
    }

    /// The hosts that Ansible finds for each pattern; nil where it refuses the pattern.
    static func match(_ patterns: [String], in inventory: String) async throws -> [[String]?] {
        let input = Value.list(patterns.map(Value.string)).json()
        let answer = try Value(json: try await output("python3", ["-c", script, inventory, input]))
        return answer.list?.map { $0.list?.compactMap(\.string) } ?? []
    }

    private static func output(_ program: String, _ arguments: [String]) async throws -> String {
        let result = try await run(
            .path(FilePath(bin + "/" + program)), arguments: Arguments(arguments),
            environment: .inherit.updating(["LC_ALL": "C.UTF-8", "ANSIBLE_LOCALHOST_WARNING": "0"]),
            output: .string(limit: 1 << 22), error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else { throw OracleFailure(text: result.standardError) }
        return result.standardOutput
    }

    private static let script = """
        import json, sys
        from ansible.parsing.dataloader import DataLoader
        from ansible.inventory.manager import InventoryManager

        manager = InventoryManager(loader=DataLoader(), sources=[sys.argv[1]])

        def match(pattern):
            try:
                return [host.name for host in manager.get_hosts(pattern)]
            except Exception:
                return None

        print(json.dumps([match(pattern) for pattern in json.loads(sys.argv[2])]))
        """
}

struct OracleFailure: Error {
    let text: String
}

/// The folder of inventories beside this file.
enum Cases {
    static let folder = Bundle.module.resourcePath.map { $0 + "/Cases" } ?? "Cases"

    static func path(_ name: String) -> String { folder + "/" + name }

    /// An inventory that the package ships.
    static func shipped(_ name: String) -> String {
        URL(filePath: #filePath).appending(path: "../../../inventories/\(name)").standardizedFileURL.path
    }
}
