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

/// `playbooks/rollout.yml` (or another that is named) as it is shipped, from release `old` to `new` on the servers one,
/// two and three behind the balancer lb. The site's modules are stand-ins: a script says which of their steps fail.
struct StagedRollout {
    var playbook = "rollout"
    /// Those whose names begin with `down` can't be reached, and it goes on without them.
    var servers = ["one", "two", "three"]
    var batches = 1
    /// Servers that serve `new` before it begins.
    var updated: Set<String> = []
    /// Servers that are out of Nginx, having missed a rollout.
    var behind: Set<String> = []
    /// What the command gives the playbook.
    var given: [String: Value] = [:]
    /// By what a step begins with: `two: health new`.
    var script: [String: any Error] = [:]

    /// What a run came to.
    struct Course {
        /// `HOST: MODULE STATE RELEASE`, in their order; of a server's place in Nginx `BALANCER: drain STATE SERVER`,
        /// with `unless last` when others have to be well.
        var steps: [String]
        /// What `intchain.site.rollout` was told.
        var ends: [String]
        var reason: String
        /// Its last word.
        var message: String
        /// What `debug` said.
        var said: [String] = []
        /// Why it ended, when that is only because hosts were lost.
        var losses: String?
    }

    func run() async throws -> Course {
        let scratch = try Scratch()
        try scratch.write("upstream", upstream)
        try scratch.write("hosts.yml", inventory)
        let files = MemoryFiles(texts: try Self.playbooks())
        let registry = ModuleRegistry.builtin.adding([
            StandIn<Release>.self, StandIn<Drain>.self, StandIn<Health>.self, StandIn<Bake>.self, StandIn<Consent>.self,
            StandIn<End>.self,
        ])
        let procedure = try PlaybookLoader(registry: registry, files: files).load("playbooks/\(playbook).yml")
        let (transport, recorder) = (RecordingTransport(), Recorder())
        let site = Site(
            inventory: try Inventory.load([scratch.path + "/hosts.yml"]), options: options(scratch),
            transports: .init(ssh: transport, local: transport), http: NoHTTP(), observer: recorder, files: files,
            lock: nil, stop: StopRequest(), owed: OwedFolder(base: scratch.path))
        let stage = Stage(script, updated: updated)
        try await Stage.$current.withValue(stage) { _ = try await PlaybookRun(procedure, on: site).execute() }
        var course = stage.course
        course.said = recorder.reports.filter { $0.task.module == "ansible.builtin.debug" }.compactMap(\.message)
        course.losses = site.losses
        return course
    }

    private func options(_ scratch: Scratch) -> RunOptions {
        let own: [String: Value] = [
            "rollout_release": "new", "rollout_batches": .int(batches), "deploy_method": "none",
            "hooks_enabled": false, "nginx_upstream_file": .string(scratch.path + "/upstream"),
        ]
        var options = RunOptions()
        options.skipsUnreachable = servers.contains { $0.hasPrefix("down") }
        for (name, value) in own.merging(given, uniquingKeysWith: { $1 }) {
            options.extraVars[name] = Node(value: value, at: "-e")
        }
        return options
    }

    private var addresses: [(server: String, address: String)] {
        servers.enumerated().map { ($1, "10.0.0.\($0 + 1)") }
    }

    private var upstream: String {
        let lines = addresses.map { server, address in
            "    server \(address):5000\(behind.contains(server) ? " down; # behind" : ";")\n"
        }
        return "upstream api_gateway {\n\(lines.joined())}\n"
    }

    private var inventory: String {
        let app = addresses.map { "\($0.server): {ansible_host: \($0.address)}" }.joined(separator: ", ")
        return """
            all:
              children:
                nginx: {hosts: {lb: {ansible_host: 10.0.0.9}}}
                app: {hosts: {\(app)}}
            """
    }

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

/// An error that a step meets the second time, and later.
struct Second: Error {
    var error: any Error

    init(_ error: any Error) { self.error = error }
}

/// The script of a run, and what was done.
private final class Stage: Sendable {
    @TaskLocal static var current: Stage?

    private let script: [String: any Error]
    private let updated: Set<String>
    private let done = Mutex(StagedRollout.Course(steps: [], ends: [], reason: "", message: ""))

    init(_ script: [String: any Error], updated: Set<String>) { (self.script, self.updated) = (script, updated) }

    var course: StagedRollout.Course { done.withLock { $0 } }

    func releases(of host: String) -> Value {
        guard updated.contains(host) else {
            return [Self.release("old", "live", serves: true), Self.release("new", "staged", serves: false)]
        }
        return [Self.release("new", "live", serves: true), Self.release("old", "previous", serves: true)]
    }

    private static func release(_ id: String, _ mark: String, serves: Bool) -> Value {
        ["id": .string(id), "mark": .string(mark), "serving": .bool(serves && mark == "live"), "proven": .bool(serves)]
    }

    func take(_ step: String) throws {
        let steps = done.withLock { done in
            done.steps.append(step)
            return done.steps
        }
        guard let (start, error) = script.first(where: { step.hasPrefix($0.key) }) else { return }
        guard let second = error as? Second else { throw error }
        if steps.filter({ $0.hasPrefix(start) }).count > 1 { throw second.error }
    }

    func end(_ outcome: String, message: String, reason: String) throws {
        done.withLock { done in
            done.ends.append(outcome)
            done.message = message
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
        if let outcome = words["outcome"] {
            try stage.end(outcome, message: words["message"] ?? "", reason: words["reason"] ?? "")
        }
        let said = [
            Played.module, words["state"], words["id"] ?? words["release"] ?? words["server"],
            words["health"].map { _ in "unless last" },
        ].compactMap { $0 }
        try stage.take("\(host.name): \(said.joined(separator: " "))")
        let isAsked = words["state"] == "listed"
        return Outcome(changed: false, result: isAsked ? ["releases": stage.releases(of: host.name)] : [:])
    }
}
