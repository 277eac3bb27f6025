import Foundation
import Modules
import OrderedCollections
import Remote
import YAML

/// A real host for tests: each fragment runs in `sh` behind a command prefix (`ssh db1`, `ip netns exec …`), its inputs
/// in files of a folder that the host sees.
struct ServerShell: Sendable {
    let prefix: [String]

    /// From an environment variable of the test run; nil when it is not set.
    init?(environment name: String) {
        guard let text = ProcessInfo.processInfo.environment[name], !text.isEmpty else { return nil }
        prefix = text.split(separator: " ").map(String.init)
    }

    init(prefix: [String] = []) { self.prefix = prefix }

    func run(_ fragment: Fragment) throws -> Reply {
        var script = "umask 077; d=$(mktemp -d); trap 'rm -rf \"$d\"' EXIT\n"
        for (index, input) in fragment.inputs.enumerated() {
            let number = index + 1
            script +=
                "printf %s \(Data(input).base64EncodedString()) | base64 -d >\"$d/\(number)\"\nin\(number)=$d/\(number)\n"
        }
        script += "( umask 022\n\(fragment.shell.text)\n) </dev/null"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = prefix + ["sh"]
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data(script.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        process.arguments = prefix + ["sh", "-c", "eval \"$(cat)\""]
        process.standardInput = try FileHandle(forReadingFrom: file)
        process.standardOutput = output
        process.standardError = errors
        _ = input
        try process.run()
        let stdout = output.fileHandleForReading.readDataToEndOfFile()
        let stderr = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Reply(status: process.terminationStatus, stdout: Array(stdout), stderr: Array(stderr))
    }

    func text(_ command: String) throws -> String {
        try run(.reads(Shell(verbatim: command))).output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func findings(for module: any Convergent) throws -> Findings {
        let inspection = Inspection(module.probes)
        var findings = Findings()
        try inspection.read(inspection.fragments.map(run), into: &findings)
        return findings
    }

    /// Makes the changes a module wants and says what they were.
    /// - Throws: the failure of a change that did not succeed.
    @discardableResult func converge(_ module: any Convergent) throws -> [String] {
        let convergence = try module.converge(findings(for: module))
        for change in convergence.changes {
            let reply = try run(change.fragment)
            guard reply.succeeded else { throw change.failure(reply) }
        }
        return convergence.changes.map(\.summary)
    }
}

/// Modules from arguments, as a playbook would make them.
enum Make {
    static func module<M: Module>(_ type: M.Type, _ values: [String: Value]) throws -> M {
        let context = ModuleContext(
            host: "db1", facts: HostFacts(), readFile: { _ in [] }, render: { _, _ in "" }, evaluate: { _ in .null })
        return try M(Arguments(values, for: M.spec), in: context)
    }
}
