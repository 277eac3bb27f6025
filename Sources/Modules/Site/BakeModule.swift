import Diagnostics
import OrderedCollections
import Remote
import YAML

/// `intchain.site.bake`: watches for a time, in Nginx's access log, what some servers answer, and fails when that is too
/// bad.
///
/// Registers `requests`, `failed`, `p95_ms`, and `shared`: that the other servers answer just as badly, or that the log
/// can't be read, so that these servers are not to blame.
struct BakeModule: Action {
    static let spec = ModuleSpec(
        "intchain.site.bake", summary: "Watches the answers of servers behind Nginx for a time.",
        arguments: [
            ArgumentSpec("balancers", .list(.string), required: true),
            ArgumentSpec("servers", .list(.string), required: true), ArgumentSpec("others", .list(.string)),
            ArgumentSpec("seconds", .int, required: true), ArgumentSpec("log", .path),
            ArgumentSpec("max_error_percent", .float), ArgumentSpec("max_p95_ms", .int),
            ArgumentSpec("least_requests", .int),
        ])

    let balancers: [String]
    let log: AccessLog
    let seconds: Int
    let limits: AnswerLimits

    /// Between two looks at the log.
    private static let interval = Duration.seconds(2)

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        balancers = try arguments.strings("balancers") ?? []
        log = AccessLog(
            path: try arguments.string("log") ?? "/var/log/nginx/access.log",
            servers: try arguments.strings("servers") ?? [], others: try arguments.strings("others") ?? [])
        seconds = try arguments.seconds("seconds") ?? 0
        limits = AnswerLimits(
            failedPercent: try arguments.float("max_error_percent") ?? 1,
            p95: try arguments.int("max_p95_ms") ?? 1000, least: try arguments.int("least_requests") ?? 20)
        guard seconds > 0 else { throw arguments.problem("seconds", "'\(seconds)' is no time") }
        guard limits.failedPercent >= 0, limits.p95 > 0, limits.least > 0 else {
            throw arguments.problem("least_requests", "limits must be greater than zero")
        }
    }

    func act(on host: any ActionHost) async throws -> Outcome {
        let watch = try await AccessLogWatch(log, on: balancers, from: host)
        let end = ContinuousClock.now + .seconds(seconds)
        while true {
            let left = end - ContinuousClock.now
            guard left > .zero else { break }
            try await host.rest(for: min(Self.interval, left))
            try await watch.look()
            let counts = await watch.servers
            await host.progress("watching: \(counts); \(max(0, Int((end - .now).components.seconds))) s left")
            if let breach = limits.breach(counts) { throw failure(breach, counts, others: await watch.others) }
        }
        return outcome(await watch.servers)
    }

    private func outcome(_ counts: AnswerCounts) -> Outcome {
        let isJudged = counts.total >= limits.least
        let note = isJudged ? "" : ": too few to judge, \(limits.least) are needed"
        return Outcome(
            changed: false, result: result(counts, isShared: false), message: "\(counts) in \(seconds) s\(note)")
    }

    private func failure(_ breach: String, _ counts: AnswerCounts, others: AnswerCounts) -> ModuleFailure {
        let shared = limits.breach(others)
        let comparison = shared.map { "; the others too: \($0)" } ?? "; the others: \(others)"
        return ModuleFailure(
            "the answers are too bad: \(breach)\(log.others.isEmpty ? "" : comparison)",
            result: result(counts, isShared: shared != nil))
    }

    private func result(_ counts: AnswerCounts, isShared: Bool) -> ValueMap {
        [
            "requests": .int(counts.total), "failed_requests": .int(counts.failed),
            "p95_ms": counts.p95.map { .int($0) } ?? .null, "shared": .bool(isShared),
        ]
    }
}

/// What is counted on all balancers together, from the moment it is made.
private actor AccessLogWatch {
    private let log: AccessLog
    private let hosts: [any ActionHost]
    private var positions: [AccessLog.Position] = []
    private(set) var servers = AnswerCounts()
    private(set) var others = AnswerCounts()

    init(_ log: AccessLog, on names: [String], from host: any ActionHost) async throws {
        self.log = log
        var hosts: [any ActionHost] = []
        for name in names { hosts.append(try await Self.reachable(name) { try await host.peer(name) }) }
        self.hosts = hosts
        for host in hosts {
            positions.append(try AccessLog.position(try await Self.ask(log.end, on: host)))
        }
    }

    func look() async throws {
        for (index, host) in hosts.enumerated() {
            let reading = try AccessLog.reading(try await Self.ask(log.read(since: positions[index]), on: host))
            positions[index] = reading.end
            servers.add(reading.servers)
            others.add(reading.others)
        }
    }

    private static func ask(_ fragment: Fragment, on host: any ActionHost) async throws -> Reply {
        let reply = try await reachable(host.name) { try await host.run([fragment]).first }
        guard let reply, reply.succeeded else {
            var failure = ModuleFailure("read the access log of \(host.name)", reply ?? Reply(status: 1))
            failure.result["shared"] = true
            throw failure
        }
        return reply
    }

    /// A balancer that is away is no fault of the servers that are watched.
    private static func reachable<Result: Sendable>(
        _ name: String, _ body: () async throws -> Result
    ) async throws -> Result {
        do { return try await body() } catch let error as TransportError {
            throw ModuleFailure("the access log can't be read: \(error)", result: ["shared": true])
        }
    }
}
