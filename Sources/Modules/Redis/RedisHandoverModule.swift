import OrderedCollections
import Remote
import YAML

/// `intchain.site.redis_handover`: gives redis.conf to Sentinel, or takes it back. The server's role moves from the role
/// file into redis.conf, where Sentinel writes it, or from there into the role file; the server itself goes on.
struct RedisHandoverModule: Convergent {
    static let spec = ModuleSpec(
        "intchain.site.redis_handover", summary: "Gives redis.conf to Sentinel, or takes it back.",
        arguments: [
            ArgumentSpec("to", required: true, choices: ["sentinel", "provisioning"]), ArgumentSpec("conf", .path),
            ArgumentSpec("role_file", .path), ArgumentSpec("port", .int), ArgumentSpec("password", secret: true),
        ])

    let givesAway: Bool
    let conf: FileProbe
    let role: FileProbe
    let server: RedisProbe
    let host: String

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        givesAway = try arguments.requiredString("to") == "sentinel"
        conf = FileProbe(try arguments.string("conf") ?? "/etc/redis/redis.conf", content: .always)
        role = FileProbe(try arguments.string("role_file") ?? "/etc/redis/intchain-role.conf", content: .always)
        server = RedisProbe(
            login: RedisLogin(
                port: try arguments.int("port") ?? 6379, password: try arguments.string("password").map(Secret.init)))
        host = context.host
    }

    var probes: [any Probe] { [conf, role, server] }

    func converge(_ findings: Findings) throws -> Convergence {
        guard let text = try findings(conf).text else { throw ModuleFailure("\(conf.path) can't be read") }
        let settings = RedisConf(text)
        let recorded = RedisConf(try findings(role).text ?? "")
        guard settings.isHandedOver != givesAway else {
            let isNoted = !givesAway || recorded.text == Self.note
            return Convergence(isNoted ? [] : [write(Self.note, to: role.path, "say who keeps the role")])
        }
        let source = try source(of: try findings(server), recorded: givesAway ? recorded.source : settings.source)
        guard givesAway else {
            return Convergence([
                write(
                    source.map { "replicaof \($0)\n" } ?? RedisMemberModule.mark + "\n", to: role.path,
                    "record its role"),
                write(settings.takenBack(roleFile: role.path).text, to: conf.path, "include the role file again"),
            ])
        }
        let lines = source.map { [Substring("replicaof \($0)")] } ?? []
        return Convergence([
            write(
                settings.handedOver(roleFile: role.path, role: lines).text, to: conf.path,
                "hold its role (\(source.map { "replica of \($0)" } ?? "primary")), which Sentinel may rewrite"),
            write(Self.note, to: role.path, "say who keeps the role"),
        ])
    }

    /// - Returns: `address port` of the server that it copies from.
    /// - Throws: `ModuleFailure` where the running server is something else than what it would be after a restart.
    private func source(of finding: RedisProbe.Finding, recorded: String?) throws -> String? {
        switch finding {
        case .silent(let reason): throw ModuleFailure("Redis does not say what it is: \(reason)")
        case .primary where recorded == nil: return nil
        case .replica(let source, let port, _) where source == recorded: return "\(source) \(port)"
        case .primary, .replica:
            let would = recorded.map { "a replica of \($0)" } ?? "a primary"
            let now = finding.source.map { "a replica of \($0)" } ?? "a primary"
            throw ModuleFailure(
                "\(host) is \(now) and would be \(would) after a restart: see intchainctl redis status, and mend that first"
            )
        }
    }

    /// With the owner and mode that redis.conf has, by one rename.
    private func write(_ text: String, to path: String, _ summary: String) -> Change {
        Change(
            "\(path): \(summary)",
            by: .changes(
                """
                set -e
                umask 077; cat "$in1" >\(path + ".new")
                chown --reference=\(conf.path) -- \(path + ".new"); chmod --reference=\(conf.path) -- \(path + ".new")
                mv -f -- \(path + ".new") \(path)
                """, inputs: [Array(text.utf8)]))
    }

    static let note = "# Sentinel keeps the role, in redis.conf.\n"
}
