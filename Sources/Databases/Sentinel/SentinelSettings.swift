import Modules
import Remote
import YAML

/// What the Sentinel modules are told of the site.
struct SentinelSettings: Sendable {
    let redis: RedisSettings
    let sentinels: [SitePeer]
    /// The name under which the Sentinels watch the primary.
    let name: String
    let password: Secret?

    static let arguments: [ArgumentSpec] =
        [
            ArgumentSpec("sentinels", .raw, required: true), ArgumentSpec("sentinel_name", required: true),
            ArgumentSpec("sentinel_password", secret: true),
        ] + RedisSettings.arguments

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        redis = try RedisSettings(arguments, in: context)
        sentinels = try SitePeer.list("sentinels", arguments, defaultPort: 26379, context)
        name = try arguments.requiredString("sentinel_name")
        password = try arguments.string("sentinel_password").map(Secret.init)
    }

    func login(to sentinel: SitePeer) -> RedisLogin {
        RedisLogin(address: sentinel.address, port: sentinel.port, password: password)
    }

    /// Asks all Sentinels at the same time, over the network; each line of an answer begins with its Sentinel's number.
    var look: Fragment {
        let commands = [["MASTER"], ["GET-MASTER-ADDR-BY-NAME"], ["CKQUORUM"]].map { ["SENTINEL"] + $0 + [name] }
        let asks = sentinels.enumerated().map { index, sentinel -> Shell in
            """
            { timeout 3 redis-cli --no-raw -h \(sentinel.address) -p \(sentinel.port) <"$in1" 2>&1 || echo 'no answer'; } | \
            tr -d '\\r' | sed \("s/^/\(index)|/") &
            """
        }
        let script = RedisLogin(password: password).script(commands)
        return .reads(.lines(asks + ["wait"]), inputs: [script], timeout: .seconds(6))
    }

    func circle(_ reply: Reply) -> SentinelCircle {
        let lines = reply.output.split(separator: "\n")
        return SentinelCircle(
            sentinels.enumerated().map { index, sentinel in
                let own = lines.filter { $0.hasPrefix("\(index)|") }.map { $0.drop { $0 != "|" }.dropFirst() }
                if let report = SentinelReport(own) { return SentinelSight(name: sentinel.name, report: report) }
                let said = own.last { !$0.isEmpty && $0 != "OK" && $0 != "no answer" }
                return SentinelSight(name: sentinel.name, silence: said.map(String.init) ?? "no answer")
            })
    }
}
