import Diagnostics
import OrderedCollections
import Remote
import YAML

/// `intchain.site.redis_member`: gives a Redis server its place once, in the role file that redis.conf includes; from
/// then on only failovers write that file, so that applying this again changes nothing.
struct RedisMemberModule: Convergent {
    static let spec = ModuleSpec(
        "intchain.site.redis_member", summary: "Gives a Redis server its place in the site's replication.",
        hangsOnHost: true,
        arguments: [
            ArgumentSpec("name"), ArgumentSpec("peers", .raw, required: true), ArgumentSpec("port", .int),
            ArgumentSpec("birth_primary", required: true), ArgumentSpec("role_file", .path),
            ArgumentSpec("password", secret: true), ArgumentSpec("timeout", .int),
        ])

    let name: String
    let hosts: [SitePeer]
    let birthPrimary: String
    let roleFile: String
    let password: Secret?
    let port: Int
    let patience: Int

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        name = try arguments.string("name") ?? context.host
        port = try arguments.int("port") ?? 6379
        hosts = try SitePeer.list("peers", arguments, defaultPort: port, context)
        birthPrimary = try arguments.requiredString("birth_primary")
        roleFile = try arguments.string("role_file") ?? "/etc/redis/intchain-role.conf"
        password = try arguments.string("password").map(Secret.init)
        patience = try arguments.seconds("timeout") ?? 120
        guard hosts.contains(where: { $0.name == birthPrimary }) else {
            throw arguments.problem("birth_primary", "'\(birthPrimary)' is not among the peers")
        }
    }

    var looksElsewhere: Bool { true }

    private var peers: [SitePeer] { hosts.filter { $0.name != name } }
    private var login: RedisLogin { RedisLogin(port: port, password: password) }
    private var file: FileProbe { FileProbe(roleFile, content: .always) }
    private var own: RedisProbe { RedisProbe(login: login) }

    private func question(_ peer: SitePeer) -> RedisProbe {
        RedisProbe(login: RedisLogin(address: peer.address, port: peer.port, password: password))
    }

    var probes: [any Probe] {
        let mine: [any Probe] = [file, own]
        return mine + peers.map(question)
    }

    func converge(_ findings: Findings) throws -> Convergence {
        let text = try findings(file).text
        let lines = (text ?? "").split(separator: "\n").filter { !$0.hasPrefix("#") || $0.hasPrefix(Self.mark) }
        let member = RedisMember(
            name: name, address: hosts.first { $0.name == name }?.address ?? name, birthPrimary: birthPrimary,
            role: lines.isEmpty ? nil : lines.joined(separator: "\n"), own: try findings(own),
            peers: try peers.map { (peer: $0, finding: try findings(question($0))) })
        switch try member.place() {
        case .settled: return Convergence(result: result(isPrimary: member.own.source == nil))
        case .primary:
            return Convergence(
                [write(Self.mark + "\n", "record it as the first primary")], result: result(isPrimary: true))
        case .replica(let peer): return Convergence([follow(peer)], result: result(isPrimary: false))
        }
    }

    private func result(isPrimary: Bool) -> ValueMap { ["role": isPrimary ? "primary" : "replica"] }

    /// What a primary's role file holds: nothing for Redis, a decision for us.
    static let mark = "# primary"
}
