import Diagnostics
import Health
import OrderedCollections
import Remote
import YAML

/// `intchain.site.health`: waits until every check answers well several times in a row, asked through the host's tunnel.
struct HealthModule: Action {
    static let spec = ModuleSpec(
        "intchain.site.health", summary: "Waits until services answer their health checks well.",
        arguments: [
            ArgumentSpec("checks", .raw, required: true), ArgumentSpec("consecutive", .int),
            ArgumentSpec("timeout", .int), ArgumentSpec("interval", .float),
            ArgumentSpec("request_timeout", .int), ArgumentSpec("ca_path"),
            ArgumentSpec("validate_certs", .bool), ArgumentSpec("release"), ArgumentSpec("log_directory", .path),
            ArgumentSpec("log_lines", .int),
        ])

    let checks: [HealthCheck]
    let policy: HealthPolicy
    let logs: ServiceLogs?

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        checks = try HealthCheckList(arguments).checks
        logs = try arguments.string("log_directory").map {
            ServiceLogs(directory: $0, lines: try arguments.int("log_lines") ?? 8)
        }
        policy = HealthPolicy(
            consecutive: try arguments.int("consecutive") ?? 3,
            interval: .milliseconds(Int((try arguments.fractionalSeconds("interval") ?? 1) * 1000)),
            deadline: .seconds(try arguments.seconds("timeout") ?? 60),
            requestTimeout: .seconds(try arguments.seconds("request_timeout") ?? 5))
    }

    func act(on host: any ActionHost) async throws -> Outcome {
        let prober = HealthProber(http: host.http) { try await host.tunnel(to: $0, port: $1) }
        await host.progress("checking \(checks.map(\.name).joined(separator: ", "))")
        let results = await prober.run(checks, policy: policy)
        try Task.checkCancellation()
        let failed = results.filter { !$0.isHealthy }
        let register: ValueMap = ["checks": .list(results.map(Self.value))]
        guard failed.isEmpty else {
            let tail = await logs?.tail(of: failed.map(\.check.name), on: host) ?? []
            throw ModuleFailure(
                (["not healthy:"] + failed.map { "  \($0)" } + tail).joined(separator: "\n"), result: register)
        }
        return Outcome(changed: false, result: register)
    }

    private static func value(of result: HealthResult) -> Value {
        [
            "name": .string(result.check.name), "healthy": .bool(result.isHealthy),
            "status": result.status.map { .int($0) } ?? .null,
            "latency_ms": result.latency.map { .int($0.inMilliseconds) } ?? .null,
            "attempts": .int(result.attempts), "error": result.error.map { .string($0) } ?? .null,
            "excerpt": .string(result.excerpt),
        ]
    }
}
