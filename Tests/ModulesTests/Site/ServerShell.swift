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
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shell-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (input, output, errors) = (
            folder.appendingPathComponent("in"), folder.appendingPathComponent("out"),
            folder.appendingPathComponent("err")
        )
        try Data(script.utf8).write(to: input)
        let words = (prefix + ["sh", "-c", "eval \"$(cat)\""]).map { Shell.quote($0) }.joined(separator: " ")
        let files = [input, output, errors].map { Shell.quote($0.path) }
        // Foundation's Process learns of the end by a socket that other tests' shells may inherit, and hold open.
        let status = system("\(words) <\(files[0]) >\(files[1]) 2>\(files[2])")
        return Reply(
            status: status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F,
            stdout: Array(try Data(contentsOf: output)), stderr: Array(try Data(contentsOf: errors)))
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
