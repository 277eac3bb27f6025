import Diagnostics
import Foundation
import Modules
import OrderedCollections
import Remote
import Testing
import YAML

/// This machine as a host: the same shell and framing as over SSH. Its changes have a lock of their own.
struct LocalHost {
    private let shell: any RemoteShell
    private let workshop: Workshop

    init() async throws {
        workshop = try Workshop()
        let transport = LocalTransport(workshop: workshop.path)
        let connection = try await transport.connect(to: Endpoint(name: "here", address: "localhost"))
        shell = try await connection.shell(as: nil, greeting: [.reads(HostFacts.greeting())])
    }

    func facts() throws -> HostFacts { try HostFacts(parsing: shell.greeting[0]) }

    func run(_ fragments: [Fragment]) async throws -> [Reply] {
        fragments.isEmpty ? [] : try await shell.run(fragments)
    }
}

/// A folder that is gone when nobody holds it.
private final class Workshop: Sendable {
    let path = FileManager.default.temporaryDirectory.appending(path: "workshop-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// One task run to its end: what was changed, and what it reported.
struct TaskRun {
    var changes: [Change]
    var result: ValueMap

    var summaries: [String] { changes.map(\.summary) }
}

extension LocalHost {
    /// Looks and changes, as the runner does.
    func converge(
        _ name: String, _ values: [String: Value], facts: HostFacts = HostFacts(), files: [String: String] = [:]
    ) async throws -> TaskRun {
        let module = try #require(try makeModule(name, values, facts: facts, files: files) as? any Convergent)
        let convergence = try module.converge(await findings(module.probes))
        let replies = try await run(convergence.changes.map(\.fragment))
        for (change, reply) in zip(convergence.changes, replies) {
            if let failure = module.failure(of: change, reply) { throw failure }
        }
        return TaskRun(changes: convergence.changes, result: module.result(of: convergence, replies: replies))
    }

    func findings(_ probes: [any Probe]) async throws -> Findings {
        let inspection = Inspection(probes)
        var findings = Findings()
        try await inspection.read(run(inspection.fragments), into: &findings)
        return findings
    }
}

/// A module by its name, in a context without a playbook: files and templates come from a dictionary.
func makeModule(
    _ name: String, _ values: [String: Value], facts: HostFacts = HostFacts(), files: [String: String] = [:],
    render: (@Sendable (String, RenderOptions) -> String)? = nil
) throws -> any Module {
    let type = try #require(ModuleRegistry.builtin[name])
    let text: @Sendable (String) throws -> String = { path in
        guard let text = files[path] else { throw Problem("there is no file '\(path)'") }
        return text
    }
    let context = ModuleContext(
        host: "app1", facts: facts,
        readFile: { Array(try text($0).utf8) },
        render: { path, options in try render?(try text(path), options) ?? text(path) },
        evaluate: { $0 == "true" ? true : $0 == "false" ? false : .string($0) })
    return try type.make(Arguments(values, for: type.spec), in: context)
}
