import Foundation
import Subprocess
import SystemPackage
import YAML

/// The real Jinja2: Ansible's engine as `scripts/oracles` installs it, or the machine's own Jinja2.
enum Oracle {
    static let folder = Bundle.module.resourcePath.map { $0 + "/Cases" } ?? "Cases"

    private static let bin =
        ProcessInfo.processInfo.environment["INTCHAIN_ORACLES"] ?? "/var/cache/intchain-test/venv/bin"

    /// The answers to all cases; nil when this machine has neither.
    static func answers() async throws -> Value? {
        let venv = bin + "/python3"
        let hasVenv = FileManager.default.isExecutableFile(atPath: venv)
        let script = ["\(folder)/oracle.py", folder]
        let result = try await run(
            .path(FilePath(hasVenv ? venv : "/usr/bin/env")),
            arguments: Arguments(hasVenv ? script : ["python3"] + script),
            environment: .inherit.updating(["LC_ALL": "C.UTF-8", "TZ": "UTC"]),
            output: .string(limit: 1 << 24), error: .string(limit: 1 << 22))
        if result.terminationStatus.isSuccess { return try Value(json: result.standardOutput) }
        print("python3 can't answer: \(result.standardError.suffix(200))")
        return nil
    }
}
