import Foundation
import Modules
import OrderedCollections
import Remote
import YAML

@testable import Rollouts

/// A folder to release from and a tree to release into, gone after the test.
final class ReleaseSite {
    let source: URL
    let root: URL
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("site-\(UUID().uuidString)")
        source = folder.appendingPathComponent("src")
        root = folder.appendingPathComponent("app")
        try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func write(_ name: String, _ text: String, executable: Bool = false) throws {
        try write(name, Array(text.utf8), executable: executable)
    }

    func write(_ name: String, _ bytes: [UInt8], executable: Bool = false) throws {
        let file = source.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        try FileManager.default.setAttributes(
            [.posixPermissions: executable ? 0o755 : 0o644], ofItemAtPath: file.path)
    }

    func module(_ values: [String: Value]) throws -> ReleaseModule {
        var values = values
        values["path"] = .string(root.path)
        let context = ModuleContext(
            host: "here", facts: HostFacts(), readFile: { _ in [] }, render: { _, _ in "" }, evaluate: { _ in .null })
        return try ReleaseModule(Arguments(values, for: ReleaseModule.spec), in: context)
    }

    @discardableResult func stage(
        on host: LocalHost = LocalHost(), owner: String? = nil, group: String? = nil
    ) async throws -> (id: String, outcome: Outcome) {
        var values: [String: Value] = ["state": "staged", "src": .string(source.path)]
        for (name, account) in [("owner", owner), ("group", group)] { values[name] = account.map(Value.string) }
        let outcome = try await module(values).act(on: host)
        return (outcome.result["id"]?.string ?? "", outcome)
    }

    @discardableResult func publish(_ id: String, keep: Int = 5) async throws -> Outcome {
        try await module(["state": "live", "id": .string(id), "keep": .int(keep)]).act(on: LocalHost())
    }

    @discardableResult func confirm(_ id: String, keep: Int = 5) async throws -> Outcome {
        try await module(["state": "good", "id": .string(id), "keep": .int(keep)]).act(on: LocalHost())
    }

    @discardableResult func goBack(from id: String? = nil) async throws -> Outcome {
        try await module(["state": "previous"].merging(id.map { ["id": .string($0)] } ?? [:]) { $1 })
            .act(on: LocalHost())
    }

    func history() async throws -> ReleaseHistory {
        let store = ReleaseStore(root.path)
        return try await store.history(LocalHost().run([store.look]).first)
    }

    /// What differs in the live release from its manifest.
    func differences(on host: LocalHost = LocalHost()) async throws -> [String] {
        let inspection = Inspection([ReleaseProbe(path: root.path)])
        var findings = Findings()
        try inspection.read(try await host.run(inspection.fragments), into: &findings)
        return try findings(ReleaseProbe(path: root.path)).differences
    }

    func live(_ name: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent("current/\(name)"), encoding: .utf8)
    }

    /// Names in `releases/`, hidden ones too.
    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("releases").path).sorted()
    }
}
