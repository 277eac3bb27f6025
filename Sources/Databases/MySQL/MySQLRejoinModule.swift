import Diagnostics
package import Modules
import Remote

/// `intchain.site.mysql_rejoin`: brings a database server back under the primary: attached as it is where nothing is
/// lost by that, rebuilt as a copy of the primary where it has transactions of its own or lacks purged ones.
package struct MySQLRejoinModule: Action {
    package static let spec = ModuleSpec(
        "intchain.site.mysql_rejoin", summary: "Brings a database server back under the primary.",
        arguments: [
            ArgumentSpec("host", required: true), ArgumentSpec("clients", .list(.string)),
            ArgumentSpec("rebuild", .bool), ArgumentSpec("timeout", .int),
            ArgumentSpec("backup_hosts", .list(.string)),
        ] + MySQLSettings.arguments)

    let settings: MySQLSettings
    let name: String
    let clients: [String]
    /// Its data may be replaced by the primary's.
    let mayRebuild: Bool
    /// Where logs of it may lie that a restore would replay.
    let backupHosts: [String]
    /// Seconds for its MySQL to start.
    let patience: Int

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        settings = try MySQLSettings(arguments, in: context)
        guard let name = try settings.server("host", arguments) else {
            throw arguments.problem("host", "is empty", hint: "name the server that is to come back")
        }
        self.name = name
        clients = try arguments.strings("clients") ?? []
        mayRebuild = try arguments.bool("rebuild") ?? false
        backupHosts = try arguments.strings("backup_hosts") ?? []
        patience = try arguments.seconds("timeout") ?? 120
    }

    package func act(on host: any ActionHost) async throws -> Outcome {
        let fleet = MySQLFleet(settings: settings, desk: host)
        try await fleet.takeLock(on: [name])
        let topology = await fleet.look(at: settings.servers.map(\.name))
        let primary = try Rejoin.primary(of: topology, for: name)
        try await fleet.takeLock(on: [primary.name])
        return try await RejoinRun(module: self, fleet: fleet, primary: primary).run()
    }
}
