import Diagnostics
import OrderedCollections
import Remote
import YAML

/// `intchain.site.drain`: takes one server of an upstream out of Nginx and waits until it is idle, puts it back, or tells
/// which of the two it is.
struct DrainModule: Action {
    static let spec = ModuleSpec(
        "intchain.site.drain", summary: "Takes a server out of Nginx's upstream, or puts it back.",
        arguments: [
            ArgumentSpec("server", required: true), ArgumentSpec("state", choices: ["drained", "active", "listed"]),
            ArgumentSpec("file", .path, aliases: ["path"]), ArgumentSpec("timeout", .int), ArgumentSpec("service"),
            ArgumentSpec("behind", .bool), ArgumentSpec("briefly", .bool), ArgumentSpec("health"),
        ])

    let server: String
    let isDrained: Bool
    /// Nothing is changed: the server's place is the result.
    let onlyReads: Bool
    let file: String
    /// Seconds to wait for the connections to end; some more than the ten for which Nginx keeps idle ones of its clients.
    let timeout: Int
    let service: String
    /// Whether the server has missed a rollout; nil leaves the mark as it is.
    let behind: Bool?
    /// Only what was taken out like that is put back like that: who was out before stays out.
    let briefly: Bool
    /// Where servers tell that they are well (`/health`): the last of those that are is not drained. nil asks nobody.
    let health: String?

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        server = try arguments.requiredString("server")
        let state = try arguments.string("state")
        (isDrained, onlyReads) = (state != "active", state == "listed")
        file = try arguments.string("file") ?? UpstreamModule.defaultPath
        timeout = try arguments.seconds("timeout") ?? 12
        service = try arguments.string("service") ?? "nginx"
        behind = try arguments.bool("behind")
        briefly = try arguments.bool("briefly") ?? false
        health = try arguments.string("health")
        guard server.contains(":") else {
            throw arguments.problem("server", "'\(server)' has no port", hint: "write address:port")
        }
    }

    func act(on host: any ActionHost) async throws -> Outcome {
        let present = try await look(at: host)
        guard let entry = present.server(server) else {
            let known = present.servers.map(\.address).joined(separator: ", ")
            throw ModuleFailure("\(server) is not in \(file) of \(host.name); it has \(known)")
        }
        if onlyReads { return listed(entry) }
        if briefly, entry.isDown, !entry.isBrief { return staysOut() }
        if !isDrained, entry.isBehind, behind != false {
            throw ModuleFailure(
                "\(server) has missed a rollout: 'intchainctl deploy --catch-up' brings it to the live release and back into Nginx"
            )
        }
        let isMarked = behind.map { $0 == entry.isBehind } ?? true && entry.isBrief == (isDrained && briefly)
        guard entry.isDown != isDrained || !isMarked else { return try await settled(present, on: host) }
        if isDrained, present.up.allSatisfy({ $0.address == server }) {
            throw ModuleFailure(
                "\(server) is the last server that is up on \(host.name): it cannot be drained",
                result: ["last_healthy": true])
        }
        if let health, isDrained, !entry.isDown {
            try await LastHealthy(path: health).refuse(server, of: present, on: host)
        }
        try await install(present.marking(server, down: isDrained, behind: behind, brief: briefly), on: host)
        guard isDrained, !entry.isDown else { return outcome(changed: true, isIdle: nil) }
        return try await drained(on: host, changed: true)
    }

    /// The file is right. Whoever wrote it may have been cut off before Nginx read it, or before the server was idle.
    private func settled(_ present: UpstreamFile, on host: any ActionHost) async throws -> Outcome {
        let reload = NginxReload(file: file, service: service)
        let isStale = try await host.run([reload.staleness]).first?.output.contains("stale") == true
        if isStale { try await install(present, on: host) }
        guard isDrained else { return outcome(changed: isStale, isIdle: nil) }
        return try await drained(on: host, changed: isStale)
    }

    private func drained(on host: any ActionHost, changed: Bool) async throws -> Outcome {
        await host.progress("waiting for \(server) to become idle")
        return outcome(changed: changed, isIdle: try await waitUntilIdle(on: host))
    }

    /// Reads the file; and sees, before it is changed, whether it could be told that the server is idle.
    private func look(at host: any ActionHost) async throws -> UpstreamFile {
        let replies = try await host.run([.reads("cat -- \(file)")] + (isDrained && !onlyReads ? [connections] : []))
        guard let reply = replies.first, reply.succeeded else {
            throw ModuleFailure("read \(file)", replies.first ?? Reply(status: 1))
        }
        if isDrained, !onlyReads { _ = try isIdle(replies.last) }
        guard let upstream = UpstreamFile(parsing: reply.output) else {
            throw ModuleFailure(
                "\(file) of \(host.name) is no file of one upstream, as intchain.site.upstream writes it")
        }
        return upstream
    }

    private func install(_ upstream: UpstreamFile, on host: any ActionHost) async throws {
        let reload = NginxReload(file: file, service: service)
        let replies = try await host.run([reload.fragment(writing: upstream.text)])
        guard let reply = replies.first, reply.succeeded else {
            let verb = isDrained ? "drain" : "activate"
            throw ModuleFailure("\(verb) \(server) on \(host.name)", replies.first ?? Reply(status: 1))
        }
    }

    /// False when the limit came first: the server's own draining has to do the rest.
    private func waitUntilIdle(on host: any ActionHost) async throws -> Bool {
        let end = ContinuousClock.now + .seconds(timeout)
        repeat {
            if try isIdle(await host.run([connections]).first) { return true }
            try await Task.sleep(for: .milliseconds(200))
        } while ContinuousClock.now < end
        return false
    }

    /// Prints nothing when Nginx has no connection to the server and no worker that may still open one: of those that a
    /// reload has replaced, each takes one more request of every connection that a client holds, and brings it where the
    /// former file says. In a pipe it would not be told that `ss` failed.
    private var connections: Fragment {
        .reads(
            """
            found=$(ss -Htn state established dst \(server)) || exit
            printf %s "${found:+busy}"
            \(NginxReload.formerWorkers)
            """)
    }

    private func isIdle(_ reply: Reply?) throws -> Bool {
        guard let reply, reply.succeeded else {
            throw ModuleFailure("see whether \(server) is idle", reply ?? Reply(status: 1))
        }
        return reply.output.isEmpty
    }

    private func staysOut() -> Outcome {
        Outcome(
            changed: false, result: ["server": .string(server), "state": "drained", "idle": .null],
            message: "\(server) was out of Nginx before, and stays out")
    }

    private func listed(_ entry: UpstreamFile.Server) -> Outcome {
        let place: Value = [
            "server": .string(server), "state": entry.isDown ? "drained" : "active",
            "behind": .bool(entry.isBehind),
        ]
        return Outcome(changed: false, result: ["upstreams": [place]])
    }

    private func outcome(changed: Bool, isIdle: Bool?) -> Outcome {
        Outcome(
            changed: changed,
            result: [
                "server": .string(server), "state": isDrained ? "drained" : "active",
                "idle": isIdle.map { .bool($0) } ?? .null,
            ],
            message: isIdle == false
                ? "\(server) still had connections, or might get some, after \(timeout) s; its own stop ends what it has"
                : nil)
    }
}
