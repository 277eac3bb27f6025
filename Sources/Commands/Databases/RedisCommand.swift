import ArgumentParser
import Databases
import Fleet
import OrderedCollections
import Playbooks
import YAML

/// `intchainctl redis`: the Redis servers.
struct RedisCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redis", abstract: "See who is primary of the Redis servers, and how the others copy.",
        subcommands: [RedisStatus.self, RedisRejoin.self], defaultSubcommand: RedisStatus.self)
}

/// `intchainctl redis status`: the replication as the servers themselves tell it, by `playbooks/redis-status.yml`.
struct RedisStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show who takes writes, who copies from whom, and what is wrong; exit code 2 when anything is.")

    @OptionGroup var flags: RunFlags

    func run() async throws {
        let context = Context.live()
        let console = context.console
        let topology = try await RedisSurvey(context: context, flags: flags).topology()
        let alarms = topology.alarms
        if flags.output.output == .text {
            for line in topology.tree { console.print(line) }
            let style = Style(isColoured: console.colours)
            for alarm in alarms { console.say(style("alarm: \(alarm)", .red)) }
            if alarms.isEmpty, let primary = topology.primary {
                console.say(style("\(primary.name) is the primary; all is well", .green))
            }
        } else {
            let document: Value = [
                "ok": .bool(alarms.isEmpty), "writable": .list(topology.writers.map { .string($0.name) }),
                "servers": .list(topology.servers.map(\.value)),
                "sentinels": topology.circle.map { .list($0.sentinels.map(\.value)) } ?? .null,
                "alarms": .list(
                    alarms.map { ["server": $0.server.map(Value.string) ?? .null, "text": .string($0.text)] }),
            ]
            console.print(document.json(pretty: flags.output.output == .json))
        }
        guard !alarms.isEmpty else { return }
        let isSilent = topology.servers.allSatisfy { $0.report == nil }
        try (isSilent ? ExitStatus.hostUnreachable : .hostFailed).throwUnlessDone()
    }
}

/// A look at all Redis servers.
struct RedisSurvey {
    var context: Context
    var flags: RunFlags

    /// - Parameter seconds: what a server may take for its answer.
    /// - Throws: what keeps the look from being made at all; servers that can't be reached are in the topology.
    func topology(within seconds: Int = 6) async throws -> RedisTopology {
        try await Look(context, flags, seconds).make()
    }

    /// As `topology`, but a primary that does not answer is not waited for once its replicas have.
    func early(within seconds: Int) throws -> EarlyLook<RedisTopology> {
        let look = try Look(context, flags, seconds)
        return EarlyLook(whole: { try await look.make() }, enough: { look.enough })
    }
}

extension RedisSurvey {
    /// One run of the playbook that looks.
    fileprivate struct Look: Sendable {
        private let run: PlaybookRun
        private let inventory: Inventory
        private let hosts: [String]
        private let found = ResultCollector(key: "redis")
        private let heard = ResultCollector(key: "sentinels")

        init(_ context: Context, _ flags: RunFlags, _ seconds: Int) throws {
            let runner = PlaybookCommand(context: context, flags: flags)
            let loaded = try runner.load(
                try SitePlaybook("redis-status", context: context).path,
                variables: ["redis_look_seconds": .int(seconds)])
            let observer = BothCollectors(first: found, second: heard)
            let site = context.site(loaded.inventory, options: loaded.options, observer: observer)
            inventory = loaded.inventory
            run = PlaybookRun(loaded.playbook, on: site)
            hosts = try run.hostsByPlay().first ?? []
        }

        func make() async throws -> RedisTopology {
            let recap = try await run.execute()
            let sights = recap.hosts.map { sight(of: $0.host, silence: $0.unreachable) }
            let circle = heard.rows.compactMap { SentinelSight($0.value) }
            return RedisTopology(sights, circle: heard.rows.isEmpty ? nil : SentinelCircle(circle))
        }

        /// All have answered but the one that the others copy from. Where Sentinel decides, it is waited for anyway.
        var enough: RedisTopology? {
            let topology = RedisTopology(hosts.map { sight(of: $0, silence: "has not answered yet") })
            guard !topology.servers.contains(where: \.isKeptBySentinel) else { return nil }
            let silent = topology.servers.filter { $0.report == nil }
            let sources = Set(topology.servers.filter { $0.report != nil }.map { topology.source(of: $0)?.name })
            guard silent.count == 1, let name = silent.first?.name, sources == [name] else { return nil }
            return topology
        }

        private func sight(of host: String, silence: String?) -> RedisSight {
            found.rows.first { $0.host == host }.flatMap { RedisSight($0.value) }
                ?? RedisSight(
                    name: host, address: inventory.variables(of: host)["ansible_host"]?.scalar?.text ?? host,
                    silence: silence ?? "did not answer")
        }
    }
}

private struct BothCollectors: RunObserver {
    let first: ResultCollector
    let second: ResultCollector

    func observe(_ event: RunEvent) async {
        await first.observe(event)
        await second.observe(event)
    }
}

/// `intchainctl redis rejoin HOST`: a Redis server comes back as a replica, by `playbooks/redis-rejoin.yml`.
struct RedisRejoin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rejoin", abstract: "Bring a Redis server back as a replica; the primary's keys replace its own.")

    @Argument(help: "The server.")
    var host: String

    @OptionGroup var confirmation: ConfirmationFlags

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    func run() async throws {
        let context = Context.live()
        let topology = try await RedisSurvey(context: context, flags: flags).topology()
        for line in topology.tree { context.console.say(line) }
        guard topology[host] != nil else {
            throw CommandFailure("\(host) is none of the Redis servers", status: .usage)
        }
        let primary: RedisSight
        do {
            primary =
                try topology.circle == nil
                ? RedisRejoinModule.primary(of: topology, for: host)
                : SentinelRejoinModule.primary(of: topology, for: host)
        } catch {
            throw CommandFailure("\(error)", hint: "nothing was changed", status: .hostFailed)
        }
        context.console.say("  \(host) copies from \(primary.name); keys that only \(host) has are lost")
        try confirmation.confirm("Bring \(host) back under \(primary.name)?", console: context.console)
        let command = PlaybookCommand(context: context, flags: flags)
        let loaded = try command.load(
            try SitePlaybook("redis-rejoin", context: context).path,
            variables: ["rejoin_host": .string(host), "rejoin_desk": .string(primary.name)])
        try ExitStatus(of: try await command.run(loaded, as: "redis rejoin \(host)", lock)).throwUnlessDone()
    }
}
