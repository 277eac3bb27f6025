import Diagnostics
import OrderedCollections
import Remote
import YAML

/// `community.mysql.mysql_replication`: one step of setting up or taking down a replication by hand.
struct MySQLReplicationModule: Convergent {
    static let spec = ModuleSpec(
        "community.mysql.mysql_replication", summary: "Sets up, starts, stops or shows a MySQL replication.",
        arguments: [
            ArgumentSpec("mode", choices: Mode.allCases.map(\.rawValue)),
            ArgumentSpec("primary_host", aliases: ["master_host"]),
            ArgumentSpec("primary_user", aliases: ["master_user"]),
            ArgumentSpec("primary_password", aliases: ["master_password"], secret: true),
            ArgumentSpec("primary_port", .int, aliases: ["master_port"]),
            ArgumentSpec("primary_auto_position", .bool, aliases: ["master_auto_position"]),
            ArgumentSpec("primary_ssl", .bool, aliases: ["master_ssl"]),
            ArgumentSpec("primary_ssl_ca", .path, aliases: ["master_ssl_ca"]),
        ] + MySQLLogin.arguments)

    enum Mode: String, CaseIterable, Sendable {
        case changeprimary, getprimary, getreplica, resetprimary, resetreplicaall, startreplica, stopreplica
    }

    let mode: Mode
    let source: ReplicationSource?
    let login: MySQLLogin

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        mode = try arguments.string("mode").flatMap(Mode.init(rawValue:)) ?? .getreplica
        login = try MySQLLogin(arguments)
        source = mode == .changeprimary ? try Self.source(arguments) : nil
    }

    /// Only what the site's replication is made of: GTID positions over TLS.
    private static func source(_ arguments: Arguments) throws -> ReplicationSource {
        for name in ["primary_host", "primary_user", "primary_password"] where !arguments.has(name) {
            throw arguments.problem("mode", "changeprimary needs the argument '\(name)'")
        }
        for name in ["primary_auto_position", "primary_ssl"] where try arguments.bool(name) != true {
            throw arguments.problem(name, "only replication with it is supported", hint: "write \(name): true")
        }
        return ReplicationSource(
            address: try arguments.requiredString("primary_host"), port: try arguments.int("primary_port") ?? 3306,
            user: try arguments.requiredString("primary_user"),
            password: Secret(try arguments.requiredString("primary_password")),
            authorityFile: try arguments.string("primary_ssl_ca"))
    }

    private var server: SQLProbe { SQLProbe(MySQLServer.question, as: login) }
    private var channel: SQLProbe { SQLProbe(ReplicationChannel.question(password: source?.password), as: login) }
    private var position: SQLProbe {
        SQLProbe("SELECT @@global.gtid_executed, @@global.gtid_purged, @@server_uuid, @@global.read_only", as: login)
    }

    var looksElsewhere: Bool { true }
    var probes: [any Probe] { [server, channel, position] }

    func converge(_ findings: Findings) throws -> Convergence {
        let dialect = MySQLDialect(version: try MySQLServer(findings(server)).version)
        let channel = ReplicationChannel(try findings(channel).get().first)
        switch mode {
        case .getreplica: return Convergence(result: Self.result(channel))
        case .getprimary: return Convergence(result: Self.result(try findings(position).get().first ?? []))
        default: return Convergence(changes(channel, dialect), result: Self.result(channel))
        }
    }

    private func changes(_ channel: ReplicationChannel?, _ dialect: MySQLDialect) -> [Change] {
        switch (mode, channel) {
        case (.changeprimary, _):
            guard let source, channel?.leads(to: source) != true else { return [] }
            let stop = channel == nil ? [] : [dialect.stopReplica]
            return [login.change("replicate from \(source.address)", stop + [source.change(dialect)])]
        case (.startreplica, let channel?) where channel.isStopped:
            return [login.change("start the replication from \(channel.address)", [dialect.startReplica])]
        case (.stopreplica, let channel?) where channel.receiver != "OFF" || channel.applier != "OFF":
            return [login.change("stop the replication from \(channel.address)", [dialect.stopReplica])]
        case (.resetreplicaall, let channel?):
            return [
                login.change("forget the source \(channel.address)", [dialect.stopReplica, dialect.resetReplicaAll])
            ]
        case (.resetprimary, _):
            return [login.change("delete the binary logs and GTIDs", [dialect.resetBinaryLogs])]
        default: return []
        }
    }

    private static func result(_ channel: ReplicationChannel?) -> ValueMap {
        guard let channel else { return ["Is_Replica": false] }
        return [
            "Is_Replica": true, "Source_Host": .string(channel.address), "Source_Port": .int(channel.port),
            "Source_User": .string(channel.user), "Replica_IO_Running": .string(channel.receiver),
            "Replica_SQL_Running": .string(channel.applier),
            "Last_Error": .string(channel.errors.joined(separator: "; ")),
        ]
    }

    private static func result(_ row: [String]) -> ValueMap {
        guard row.count == 4 else { return ["Is_Primary": false] }
        return [
            "Is_Primary": true, "Executed_Gtid_Set": .string(row[0]), "Purged_Gtid_Set": .string(row[1]),
            "Server_UUID": .string(row[2]), "Read_Only": .bool(row[3] == "1"),
        ]
    }
}
