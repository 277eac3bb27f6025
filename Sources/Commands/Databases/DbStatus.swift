import ArgumentParser
import Databases
import Fleet
import OrderedCollections
import Playbooks
import YAML

/// `intchainctl db status`: the replication as the servers themselves tell it, by `playbooks/db-status.yml`.
struct DbStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show who takes writes, who replicates from whom, and what is wrong; exit code 2 when anything is.",
        discussion: """
            It is read from the servers, not from the inventory. Anything but exactly one server that takes writes is an \
            alarm, and so are a replica with transactions of its own, one that lacks purged ones, and replication that \
            stands.
            """)

    @OptionGroup var flags: RunFlags

    func run() async throws {
        let context = Context.live()
        let topology = try await MySQLSurvey(context: context, flags: flags).topology()
        let alarms = topology.alarms
        if flags.output.output == .text {
            show(topology, alarms, on: context.console)
        } else {
            let document = Self.document(topology, alarms)
            context.console.print(document.json(pretty: flags.output.output == .json))
        }
        guard !alarms.isEmpty else { return }
        let isSilent = topology.servers.allSatisfy { $0.report == nil }
        try (isSilent ? ExitStatus.hostUnreachable : .hostFailed).throwUnlessDone()
    }

    private func show(_ topology: MySQLTopology, _ alarms: [DatabaseAlarm], on console: Console) {
        for line in topology.tree { console.print(line) }
        let style = Style(isColoured: console.colours)
        for alarm in alarms { console.say(style("alarm: \(alarm)", .red)) }
        if alarms.isEmpty, let primary = topology.primary {
            console.say(style("\(primary.name) is the primary; all is well", .green))
        }
    }

    /// `--output json`.
    static func document(_ topology: MySQLTopology, _ alarms: [DatabaseAlarm]) -> Value {
        let servers = topology.servers.map { server -> Value in
            guard case .map(var value) = server.value else { return server.value }
            value["source"] = topology.source(of: server).map { .string($0.name) } ?? .null
            value["errant"] = .string(topology.errant(server).description)
            value["behind"] = .int(topology.behind(server).count)
            return .map(value)
        }
        return [
            "ok": .bool(alarms.isEmpty), "writable": .list(topology.writers.map { .string($0.name) }),
            "servers": .list(servers),
            "alarms": .list(
                alarms.map { ["server": $0.server.map(Value.string) ?? .null, "text": .string($0.text)] }),
        ]
    }
}

/// A look at all database servers.
struct MySQLSurvey {
    var context: Context
    var flags: RunFlags

    /// Where a replica has transactions that the primary lacked when it was seen, the primary is looked at once more:
    /// it may have made them in between.
    /// - Parameter seconds: what a server may take to let us in.
    /// - Throws: what keeps the look from being made at all; servers that can't be reached are in the topology.
    func topology(within seconds: Int = 10) async throws -> MySQLTopology {
        let first = try await look(limit: flags.connection.limit, seconds)
        guard let primary = first.primary, first.servers.contains(where: { !first.errant($0).isEmpty }) else {
            return first
        }
        return first.looking(
            again: try await look(limit: primary.name, seconds).servers.filter { $0.name == primary.name })
    }

    private func look(limit: String?, _ seconds: Int) async throws -> MySQLTopology {
        var flags = flags
        flags.connection.limit = limit
        let runner = PlaybookCommand(context: context, flags: flags)
        let loaded = try runner.load(
            try SitePlaybook("db-status", context: context).path, variables: ["db_look_seconds": .int(seconds)])
        let found = ResultCollector(key: "mysql")
        let failures = FailureCollector()
        let observer = PairedView(first: found, second: failures)
        let site = context.site(loaded.inventory, options: loaded.options, observer: observer)
        let recap = try await PlaybookRun(loaded.playbook, on: site).execute()
        let reasons = Dictionary(
            failures.all.map { ($0.host, $0.message ?? "failed") }
                + recap.hosts.compactMap { host in host.unreachable.map { (host.host, $0) } },
            uniquingKeysWith: { $1 })
        return MySQLTopology(
            recap.hosts.map { host in
                found.rows.first { $0.host == host.host }.flatMap { MySQLSight($0.value) }
                    ?? MySQLSight(
                        name: host.host,
                        address: loaded.inventory.variables(of: host.host)["ansible_host"]?.scalar?.text ?? host.host,
                        silence: reasons[host.host] ?? "did not answer")
            })
    }
}
