import OrderedCollections
import Remote
import YAML

/// `intchain.site.sentinel_seed`: writes a Sentinel's settings once, with the primary that the Redis servers themselves
/// name; from then on the file is Sentinel's.
struct SentinelSeedModule: Convergent {
    static let spec = ModuleSpec(
        "intchain.site.sentinel_seed", summary: "Writes a Sentinel's settings once.",
        arguments: [
            ArgumentSpec("content", required: true, secret: true), ArgumentSpec("dest", .path),
            ArgumentSpec("service", required: true), ArgumentSpec("name", required: true),
            ArgumentSpec("quorum", .int, required: true), ArgumentSpec("servers", .raw, required: true),
            ArgumentSpec("port", .int), ArgumentSpec("password", secret: true),
            ArgumentSpec("handed_over", .list(.string), required: true),
        ])

    let content: String
    let service: String
    let name: String
    let quorum: Int
    let servers: [SitePeer]
    let password: Secret?
    /// The Redis servers that Sentinel may move: their settings are its own by now.
    let handedOver: [String]
    let file: FileProbe

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        content = try arguments.requiredString("content")
        service = try arguments.requiredString("service")
        name = try arguments.requiredString("name")
        quorum = try arguments.int("quorum") ?? 2
        servers = try SitePeer.list("servers", arguments, defaultPort: try arguments.int("port") ?? 6379, context)
        password = try arguments.string("password").map(Secret.init)
        handedOver = try arguments.strings("handed_over") ?? []
        file = FileProbe(try arguments.string("dest") ?? "/etc/redis/sentinel.conf", content: .always)
    }

    var looksElsewhere: Bool { true }

    private func question(_ peer: SitePeer) -> RedisProbe {
        RedisProbe(login: RedisLogin(address: peer.address, port: peer.port, password: password))
    }

    var probes: [any Probe] {
        let own: [any Probe] = [file]
        return own + servers.map(question)
    }

    func converge(_ findings: Findings) throws -> Convergence {
        guard !RedisConf(try findings(file).text ?? "").isHandedOver else { return Convergence() }
        // One that it moved with the settings of the plain profile would take its old role back at its next start.
        let waiting = servers.map(\.name).filter { !handedOver.contains($0) }
        guard waiting.isEmpty else {
            throw ModuleFailure(
                """
                \(waiting.joined(separator: " and ")) was not handed over to Sentinel in this run, so it is not begun either
                mend what is in the way there, and provision again without --limit
                """)
        }
        let answers = try servers.map { (peer: $0, finding: try findings(question($0))) }
        let primary = try Self.primary(of: answers)
        return Convergence([
            Change("seed \(file.path): watch \(primary.name) as \(name), quorum \(quorum)", by: seed(watching: primary))
        ])
    }

    /// The one server that takes writes.
    static func primary(of answers: [(peer: SitePeer, finding: RedisProbe.Finding)]) throws -> SitePeer {
        let primaries = answers.filter { if case .primary = $0.finding { true } else { false } }.map(\.peer)
        if primaries.count == 1, let primary = primaries.first { return primary }
        let silent = answers.compactMap { peer, finding in
            if case .silent(let reason) = finding { "\(peer.name) does not answer: \(reason)" } else { nil }
        }
        let what =
            primaries.isEmpty
            ? "no Redis server takes writes" : "\(primaries.map(\.name).joined(separator: " and ")) both take writes"
        throw ModuleFailure("\(what), so Sentinel can't be told whom to watch" + silent.map { "\n\($0)" }.joined())
    }

    /// The packaged Sentinel is stopped first: it would write its own settings over these.
    private func seed(watching primary: SitePeer) -> Fragment {
        let monitor = "sentinel monitor \(name) \(primary.address) \(primary.port) \(quorum)\n"
        return .changes(
            """
            set -e
            systemctl stop \(service + ".service")
            umask 077; cat "$in1" >\(file.path + ".new")
            chown redis:redis -- \(file.path + ".new"); chmod 0640 -- \(file.path + ".new")
            mv -f -- \(file.path + ".new") \(file.path)
            """, inputs: [Array((RedisConf.mark + "\n" + content + monitor).utf8)], timeout: .seconds(60))
    }
}
