import Modules
import Remote
import Subprocess
import Testing
import YAML

/// Runs fragments with this machine's own `sh`, as a remote shell would.
struct LocalHost {
    func run(_ fragments: [Fragment]) async throws -> [Reply] {
        var replies: [Reply] = []
        for fragment in fragments {
            let reply = try await run(fragment)
            replies.append(reply)
            if fragment.effect == .changes, !reply.succeeded { break }
        }
        return replies
    }

    /// The inputs come as heads of standard input, each written to a file first.
    private func run(_ fragment: Fragment) async throws -> Reply {
        var script = "inputs=$(mktemp -d); trap 'rm -rf \"$inputs\"' EXIT; umask 077\n"
        for (index, input) in fragment.inputs.enumerated() {
            let name = "in\(index + 1)"
            script += "\(name)=$inputs/\(name); dd bs=1 count=\(input.count) of=\"$\(name)\" 2>/dev/null\n"
        }
        script += "umask 022; (eval \(Shell.quote(fragment.shell.text))) </dev/null"
        let result = try await Subprocess.run(
            .name("sh"), arguments: ["-c", script], input: .array(fragment.inputs.flatMap(\.self)),
            output: .bytes(limit: 1 << 24), error: .bytes(limit: 1 << 20))
        let status: Int32 =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        return Reply(status: status, stdout: result.standardOutput, stderr: result.standardError)
    }
}

/// One task run to its end: looked at, changed, and what it reported.
struct TaskRun {
    var changes: [Change]
    var result: ValueMap
}

extension LocalHost {
    /// Looks and changes, as the runner does.
    func converge(
        _ name: String, _ values: [String: Value], facts: HostFacts = HostFacts(),
        files: [String: String] = [:]
    ) async throws -> TaskRun {
        let module = try #require(try makeModule(name, values, facts: facts, files: files) as? any Convergent)
        let inspection = Inspection(module.probes)
        var findings = Findings()
        try await inspection.read(run(inspection.fragments), into: &findings)
        let convergence = try module.converge(findings)
        let replies = try await run(convergence.changes.map(\.fragment))
        for (change, reply) in zip(convergence.changes, replies) where !reply.succeeded { throw change.failure(reply) }
        return TaskRun(changes: convergence.changes, result: module.result(of: convergence, replies: replies))
    }
}

/// A module by its name, in a context without a playbook: files and templates come from a dictionary.
func makeModule(
    _ name: String, _ values: [String: Value], facts: HostFacts = HostFacts(), files: [String: String] = [:]
) throws -> any Module {
    let type = try #require(ModuleRegistry.builtin[name])
    let context = ModuleContext(
        host: "app1", facts: facts,
        readFile: { Array(try #require(files[$0]).utf8) },
        render: { path, _ in try #require(files[path]) },
        evaluate: { .string($0) })
    return try type.make(Modules.Arguments(values, for: type.spec), in: context)
}
