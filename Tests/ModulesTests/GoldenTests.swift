import Diagnostics
import Foundation
import Modules
import OrderedCollections
import Remote
import Testing
import YAML

/// A folder of cases: arguments and what is found on the host, and the changes that follow. A new case is a new file.
@Suite struct GoldenTests {
    @Test(arguments: try GoldenCase.all())
    func comesToTheExpectedChanges(golden: GoldenCase) throws {
        let outcome = try golden.outcome()
        #expect(outcome == golden.expected, "\(golden.name) came to \(outcome.json())")
    }

    @Test func everyConvergentModuleHasACase() throws {
        let seen = Set(try GoldenCase.all().map(\.module))
        let own = [
            "apt", "apt_repository", "blockinfile", "copy", "cron", "deb822_repository", "dnf", "file", "group",
            "lineinfile", "package", "replace", "service", "shell", "stat", "sysctl", "systemd", "template", "user",
            "yum_repository",
        ]
        #expect(own.filter { !seen.contains($0) } == [])
    }
}

struct GoldenCase: Sendable, CustomTestStringConvertible {
    let name: String
    let module: String
    let expected: Value
    private let text: Value

    var testDescription: String { name }

    static func all() throws -> [GoldenCase] {
        let folder = try #require(Bundle.module.url(forResource: "Cases", withExtension: nil))
        let files =
            FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
        return try files.filter { $0.pathExtension == "yml" }.map { file in
            let text = try String(contentsOf: file, encoding: .utf8)
            let value = try #require(try Node.parse(text, file: file.lastPathComponent)?.value)
            let name =
                "\(file.deletingLastPathComponent().lastPathComponent)/\(file.deletingPathExtension().lastPathComponent)"
            return try GoldenCase(name: name, value)
        }.sorted { $0.name < $1.name }
    }

    private init(name: String, _ value: Value) throws {
        self.name = name
        text = value
        module = try #require(value["module"]?.string)
        expected = try #require(value["expected"])
    }

    /// The changes as data; a failure or a problem as its sentence.
    func outcome() throws -> Value {
        do {
            let module = try #require(try make(arguments) as? any Convergent)
            let convergence = try module.converge(findings(for: module))
            guard module is StatModule else { return .list(convergence.changes.map(Self.form)) }
            return convergence.result["stat"] ?? .null
        } catch let failure as ModuleFailure {
            return ["failure": .string(failure.message)]
        } catch let problem as Problem {
            return ["problem": .string(problem.description)]
        }
    }

    /// The case's module with other arguments.
    func make(
        _ arguments: [String: Value], render: (@Sendable (String, RenderOptions) -> String)? = nil
    ) throws -> any Module {
        try makeModule(module, arguments, facts: facts, files: files, render: render)
    }

    func findings(for module: any Convergent) throws -> Findings {
        var findings = Findings()
        let host = GoldenHost(text["host"] ?? [:])
        for probe in module.probes { try host.answer(probe, into: &findings) }
        return findings
    }

    var arguments: [String: Value] { strings(text["arguments"]) }
    private var facts: HostFacts { HostFacts(text["facts"]?.map ?? [:]) }
    private var files: [String: String] { strings(text["files"]).compactMapValues(\.string) }

    private func strings(_ value: Value?) -> [String: Value] {
        var entries: [String: Value] = [:]
        for (key, value) in value?.map ?? [:] { if let key = key.string { entries[key] = value } }
        return entries
    }

    static func form(_ change: Change) -> Value {
        var form: ValueMap = ["summary": .string(change.summary)]
        if let diff = change.diff {
            form["before"] = diff.before.map { .string($0) } ?? .null
            form["after"] = diff.after.map { .string($0) } ?? .null
        }
        form["shell"] = .string(change.fragment.shell.text)
        if !change.fragment.inputs.isEmpty {
            form["inputs"] = .list(change.fragment.inputs.map { .string(String(decoding: $0, as: UTF8.self)) })
        }
        return .map(form)
    }
}
