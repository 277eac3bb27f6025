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
        let runner = PlaybookCommand(context: context, flags: flags)
        let loaded = try runner.load(
            try SitePlaybook("redis-status", context: context).path, variables: ["redis_look_seconds": .int(seconds)])
        let found = ResultCollector(key: "redis")
        let heard = ResultCollector(key: "sentinels")
        let site = context.site(
            loaded.inventory, options: loaded.options, observer: BothCollectors(first: found, second: heard))
        let recap = try await PlaybookRun(loaded.playbook, on: site).execute()
        return RedisTopology(
            recap.hosts.map { host in
                found.rows.first { $0.host == host.host }.flatMap { RedisSight($0.value) }
                    ?? RedisSight(
                        name: host.host, address: address(of: host.host, in: loaded.inventory),
                        silence: host.unreachable ?? "did not answer")
            }, circle: heard.rows.isEmpty ? nil : SentinelCircle(heard.rows.compactMap { SentinelSight($0.value) }))
    }
}

extension RedisSurvey {
    private func address(of host: String, in inventory: Inventory) -> String {
        inventory.variables(of: host)["ansible_host"]?.scalar?.text ?? host
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
