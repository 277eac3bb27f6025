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
        // One that hangs is an alarm, which must not be long in coming.
        let topology = try await MySQLSurvey(context: context, flags: flags).topology(within: 3)
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

    /// As `topology`, but a primary that does not answer is not waited for once its replicas have.
    func early(within seconds: Int) throws -> EarlyLook<MySQLTopology> {
        let look = try Look(context, flags, seconds)
        return EarlyLook(whole: { try await look.make() }, enough: { look.enough })
    }

    private func look(limit: String?, _ seconds: Int) async throws -> MySQLTopology {
        var flags = flags
        flags.connection.limit = limit
        return try await Look(context, flags, seconds).make()
    }
}

extension MySQLSurvey {
    /// One run of the playbook that looks.
    fileprivate struct Look: Sendable {
        private let run: PlaybookRun
        private let inventory: Inventory
        private let hosts: [String]
        private let found = ResultCollector(key: "mysql")
        private let failures = FailureCollector()

        init(_ context: Context, _ flags: RunFlags, _ seconds: Int) throws {
            let runner = PlaybookCommand(context: context, flags: flags)
            let loaded = try runner.load(
                try SitePlaybook("db-status", context: context).path, variables: ["db_look_seconds": .int(seconds)])
            let observer = PairedView(first: found, second: failures)
            let site = context.site(loaded.inventory, options: loaded.options, observer: observer)
            inventory = loaded.inventory
            run = PlaybookRun(loaded.playbook, on: site)
            hosts = try run.hostsByPlay().first ?? []
        }

        func make() async throws -> MySQLTopology {
            let recap = try await run.execute()
            let reasons = Dictionary(
                failures.all.map { ($0.host, $0.message ?? "failed") }
                    + recap.hosts.compactMap { host in host.unreachable.map { (host.host, $0) } },
                uniquingKeysWith: { $1 })
            return MySQLTopology(recap.hosts.map { sight(of: $0.host, silence: reasons[$0.host]) })
        }

        /// All have answered but the one that the others replicate from.
        var enough: MySQLTopology? {
            let topology = MySQLTopology(hosts.map { sight(of: $0, silence: "has not answered yet") })
            let silent = topology.servers.filter { $0.report == nil }
            let sources = Set(topology.servers.filter { $0.report != nil }.map { topology.source(of: $0)?.name })
            guard silent.count == 1, let name = silent.first?.name, sources == [name] else { return nil }
            return topology
        }

        private func sight(of host: String, silence: String?) -> MySQLSight {
            found.rows.first { $0.host == host }.flatMap { MySQLSight($0.value) }
                ?? MySQLSight(
                    name: host, address: inventory.variables(of: host)["ansible_host"]?.scalar?.text ?? host,
                    silence: silence ?? "did not answer")
        }
    }
}
