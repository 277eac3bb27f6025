import Diagnostics
import Fleet
import Foundation
import Modules
import OrderedCollections
import Playbooks
import Remote
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
    /// Servers that were switched to `new`, and no more.
    var half: Set<String> = []
    /// Servers that went back from `new`, which is bad, to `old`, which serves; `older` was before.
    var returned: Set<String> = []
    /// Database servers, `db1` and `redis1` say: the first is 10.0.1.1.
    var databases: [String] = []
    /// The operator's scripts: each only tells that it was run.
    var hooks: [String] = []
    /// What the scripts of `templates/ready` find: `app`, `nginx`.
    var found: [String: String] = [:]
    /// Servers that are out of Nginx, having missed a rollout.
    var behind: Set<String> = []
    /// The migrations that a release needs and brings.
    var schemas: [String: (needs: Int, brings: Int)] = [:]
    /// What the command gives the playbook.
    var given: [String: Value] = [:]
    /// `--check`: nothing is done.
    var checks = false
    /// By what a step begins with: `two: health new`.
    var script: [String: any Error] = [:]

    /// What a run came to.
    struct Course {
        /// `HOST: MODULE STATE RELEASE`, in their order; of a server's place in Nginx `BALANCER: drain STATE SERVER`,
        /// with `unless last` when others have to be well.
        var steps: [String]
        /// What `intchain.site.rollout` was told, but for what servers were as it began.
        var ends: [String]
        /// Those that served `new` as it began, and those that waited for it.
        var stock: [String] = []
        /// Which release it was about, and to what each server is to go back: `one=old two=old`.
        var aim = ""
        var before = ""
        /// The operator's scripts that were run.
        var hooks: [String] = []
        var reason: String
        /// Its last word.
        var message: String
        /// What `debug` said.
        var said: [String] = []
        /// What failed, and was not rescued from it or not meant to.
        var failures: [String] = []
        /// Why it ended, when that is only because hosts were lost.
        var losses: String?
    }

    func run() async throws -> Course {
        let scratch = try Scratch()
        try scratch.write("upstream", upstream)
        try scratch.write("hosts.yml", inventory)
        var texts = try Self.playbooks()
        for name in ["app", "nginx"] { texts["templates/ready/\(name).sh"] = "echo \(Shell.quote(found[name] ?? ""))" }
        for hook in hooks { try Self.write(hook, in: scratch) }
        let files = MemoryFiles(texts: texts)
        let registry = ModuleRegistry.builtin.adding([
            StandIn<Played.Release>.self, StandIn<Played.Drain>.self, StandIn<Played.Health>.self,
            StandIn<Played.Bake>.self, StandIn<Played.Consent>.self,
            StandIn<Played.End>.self, StandIn<Played.Migrate>.self, StandIn<Played.Knock>.self,
        ])
        let procedure = try PlaybookLoader(registry: registry, files: files).load("playbooks/\(playbook).yml")
        let (transport, recorder) = (RecordingTransport(), Recorder())
        let site = Site(
            inventory: try Inventory.load([scratch.path + "/hosts.yml"]), options: options(scratch),
            transports: .init(ssh: transport, local: transport), http: NoHTTP(), observer: recorder, files: files,
            lock: nil, stop: StopRequest(), owed: OwedFolder(base: scratch.path))
        let stage = Stage(script, updated: updated, half: half, returned: returned, schemas: schemas)
        try await Stage.$current.withValue(stage) { _ = try await PlaybookRun(procedure, on: site).execute() }
        var course = stage.course
        course.said = recorder.reports.filter { $0.task.module == "ansible.builtin.debug" }.compactMap(\.message)
        course.failures = recorder.reports.filter { $0.status == .failed }.compactMap(\.message)
        course.losses = site.losses
        let told = try? String(contentsOfFile: scratch.path + "/hooks/told", encoding: .utf8)
        course.hooks = (told ?? "").split(separator: "\n").map(String.init)
        return course
    }

    private func options(_ scratch: Scratch) -> RunOptions {
        let own: [String: Value] = [
            "rollout_release": "new", "rollout_batches": .int(batches), "deploy_method": "none",
            "hooks_enabled": .bool(!hooks.isEmpty), "hooks_directory": .string(scratch.path + "/hooks"),
            "nginx_upstream_file": .string(scratch.path + "/upstream"),
        ]
        var options = RunOptions()
        options.check = checks
        options.skipsUnreachable = servers.contains { $0.hasPrefix("down") }
        for (name, value) in own.merging(given, uniquingKeysWith: { $1 }) {
            options.extraVars[name] = Node(value: value, at: "-e")
        }
        return options
    }

    private static func write(_ hook: String, in scratch: borrowing Scratch) throws {
        let path = scratch.path + "/hooks/" + hook
        try FileManager.default.createDirectory(atPath: scratch.path + "/hooks", withIntermediateDirectories: true)
        try scratch.write("hooks/" + hook, "#!/bin/sh\necho $INTCHAIN_HOOK >>\"${0%/*}/told\"\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
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
            \(group("db"))\(group("redis"))
            """
    }

    private func group(_ name: String) -> String {
        let hosts = databases.enumerated().filter { $1.hasPrefix(name) }
            .map { "\($1): {ansible_host: 10.0.1.\($0 + 1)}" }
        return hosts.isEmpty ? "" : "    \(name): {hosts: {\(hosts.joined(separator: ", "))}}\n"
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

/// An error that a step meets the first time only.
struct Once: Error {
    var error: any Error

    init(_ error: any Error) { self.error = error }
}
