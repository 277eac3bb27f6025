import Diagnostics
import Fleet
import Foundation
import Modules
import OrderedCollections
import Playbooks
import Remote
import Synchronization
import Testing
import YAML

/// `playbooks/rollout.yml` as it is shipped, from release `old` to `new` on the servers one, two and three behind the
/// balancer lb. The site's modules are stand-ins: a script says which of their steps fail.
struct StagedRollout {
    var batches = 1
    /// By what a step begins with: `two: health new`.
    var script: [String: any Error] = [:]

    /// What a run came to.
    struct Course {
        /// `HOST: MODULE STATE RELEASE`, in their order.
        var steps: [String]
        /// What `intchain.site.rollout` was told.
        var ends: [String]
        var reason: String
    }

    func run() async throws -> Course {
        let scratch = try Scratch()
        try scratch.write("upstream", "upstream api_gateway {\n}\n")
        try scratch.write("hosts.yml", Self.inventory)
        let files = MemoryFiles(texts: try Self.playbooks())
        let registry = ModuleRegistry.builtin.adding([
            StandIn<Release>.self, StandIn<Drain>.self, StandIn<Health>.self, StandIn<Bake>.self, StandIn<Consent>.self,
            StandIn<End>.self,
        ])
        let playbook = try PlaybookLoader(registry: registry, files: files).load("playbooks/rollout.yml")
        let transport = RecordingTransport()
        let site = Site(
            inventory: try Inventory.load([scratch.path + "/hosts.yml"]), options: options(scratch),
            transports: .init(ssh: transport, local: transport), http: NoHTTP(), observer: Recorder(), files: files,
            lock: nil, stop: StopRequest(), owed: OwedFolder(base: scratch.path))
        let stage = Stage(script)
        try await Stage.$current.withValue(stage) { _ = try await PlaybookRun(playbook, on: site).execute() }
        return stage.course
    }

    private func options(_ scratch: Scratch) -> RunOptions {
        let given: [String: Value] = [
            "rollout_release": "new", "rollout_batches": .int(batches), "deploy_method": "none",
            "hooks_enabled": false, "nginx_upstream_file": .string(scratch.path + "/upstream"),
        ]
        var options = RunOptions()
        for (name, value) in given { options.extraVars[name] = Node(value: value, at: "-e") }
        return options
    }

    private static let inventory = """
        all:
          children:
            nginx: {hosts: {lb: {ansible_host: 10.0.0.9}}}
            app: {hosts: {one: {ansible_host: 10.0.0.1}, two: {ansible_host: 10.0.0.2}, three: {ansible_host: 10.0.0.3}}}
        """

    /// The project's playbooks, as an account that is no other.
    private static func playbooks() throws -> [String: String] {
        let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL.path
        var texts: [String: String] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: root + "/playbooks") {
            guard path.hasSuffix(".yml") else { continue }
            let text = try String(contentsOfFile: "\(root)/playbooks/\(path)", encoding: .utf8)
            texts["playbooks/" + path] = text.replacing("become: true", with: "become: false")
        }
        return texts
    }
}

/// The script of a run, and what was done.
private final class Stage: Sendable {
    @TaskLocal static var current: Stage?

    private let script: [String: any Error]
    private let done = Mutex<(steps: [String], ends: [String], reason: String)>(([], [], ""))

    init(_ script: [String: any Error]) { self.script = script }

    var course: StagedRollout.Course {
        done.withLock { StagedRollout.Course(steps: $0.steps, ends: $0.ends, reason: $0.reason) }
    }

    func take(_ step: String) throws {
        done.withLock { $0.steps.append(step) }
        if let error = script.first(where: { step.hasPrefix($0.key) })?.value { throw error }
    }

    func end(_ outcome: String, reason: String) throws {
        done.withLock { done in
            done.ends.append(outcome)
            if !reason.isEmpty { done.reason = reason }
        }
        if !["done", "undoing"].contains(outcome) { throw ModuleFailure(outcome) }
    }
}

/// One of the site's modules that only says what it would do.
private protocol Part {
    static var module: String { get }
    static var arguments: [String] { get }
}

private enum Release: Part {
    static let (module, arguments) = ("release", ["path", "state", "id", "keep"])
}
private enum Drain: Part {
    static let (module, arguments) = ("drain", ["server", "state", "file", "health", "behind", "timeout"])
}
private enum Health: Part {
    static let module = "health"
    static let arguments = ["checks", "consecutive", "interval", "timeout", "release", "log_directory"]
}
private enum Bake: Part {
    static let module = "bake"
    static let arguments = [
        "balancers", "servers", "others", "seconds", "max_error_percent", "max_p95_ms", "least_requests",
    ]
}
private enum Consent: Part { static let (module, arguments) = ("consent", ["question"]) }
private enum End: Part { static let (module, arguments) = ("rollout", ["outcome", "message", "reason", "behind"]) }

private struct StandIn<Played: Part>: Action {
    static var spec: ModuleSpec {
        ModuleSpec(
            "intchain.site.\(Played.module)", summary: "Stands in.",
            arguments: Played.arguments.map { ArgumentSpec($0, .raw) })
    }

    private let words: [String: String]

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        words = Dictionary(
            uniqueKeysWithValues: Played.arguments.compactMap { name in
                arguments.raw(name)?.string.map { (name, $0) }
            })
    }

    func act(on host: any ActionHost) async throws -> Outcome {
        let stage = try #require(Stage.current)
        if let outcome = words["outcome"] { try stage.end(outcome, reason: words["reason"] ?? "") }
        let said = [Played.module, words["state"], words["id"] ?? words["release"]].compactMap { $0 }
        try stage.take("\(host.name): \(said.joined(separator: " "))")
        return Outcome(changed: false, result: words["state"] == "listed" ? ["releases": Self.releases] : [:])
    }

    private static var releases: Value {
        [
            ["id": "old", "mark": "live", "serving": true, "proven": true],
            ["id": "new", "mark": "staged", "serving": false, "proven": false],
        ]
    }
}
