import OrderedCollections
import Remote
import YAML

/// `intchain.site.redis_profile`: who writes redis.conf, provisioning or, once it was handed over, Sentinel. Changes
/// nothing, and registers `is_handed_over`.
struct RedisProfileModule: Convergent {
    static let spec = ModuleSpec(
        "intchain.site.redis_profile", summary: "Tells whether Sentinel writes redis.conf by now.",
        arguments: [
            ArgumentSpec("profile", required: true, choices: ["plain", "sentinel"]), ArgumentSpec("conf", .path),
        ])

    let profile: String
    let host: String
    let file: FileProbe

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        profile = try arguments.requiredString("profile")
        host = context.host
        file = FileProbe(try arguments.string("conf") ?? "/etc/redis/redis.conf", content: .always)
    }

    var probes: [any Probe] { [file] }

    func converge(_ findings: Findings) throws -> Convergence {
        let isHandedOver = RedisConf(try findings(file).text ?? "").isHandedOver
        guard profile == "sentinel" || !isHandedOver else {
            throw ModuleFailure(
                """
                \(host) was given to Sentinel, which writes \(file.path) since then; redis_profile says plain
                to keep Sentinel: redis_profile: sentinel
                to go back: intchainctl apply playbooks/leave-sentinel.yml, then provision again
                """)
        }
        return Convergence(result: ["is_handed_over": .bool(isHandedOver)])
    }
}
