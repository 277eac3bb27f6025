package import Modules
import OrderedCollections

import YAML

/// `intchain.site.mysql_seed`: fills an empty server with the primary's data where replication alone would not: the
/// primary has purged what came first, or there is much. By clone, or by a dump where clone can't.
package struct MySQLSeedModule: Action {
    package static let spec = ModuleSpec(
        "intchain.site.mysql_seed", summary: "Fills an empty MySQL server with the primary's data.",
        arguments: [
            ArgumentSpec("host", required: true),
            ArgumentSpec("method", choices: Seeding.Method.allCases.map(\.rawValue)),
        ] + MySQLSettings.arguments)

    let settings: MySQLSettings
    let name: String
    let method: Seeding.Method

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        settings = try MySQLSettings(arguments, in: context)
        guard let name = try settings.server("host", arguments) else { throw arguments.problem("host", "is empty") }
        self.name = name
        method = try arguments.string("method").flatMap(Seeding.Method.init(rawValue:)) ?? .auto
    }

    package func act(on host: any ActionHost) async throws -> Outcome {
        let fleet = MySQLFleet(settings: settings, desk: host)
        let topology = await fleet.look(at: settings.servers.map(\.name))
        guard let seeding = try Seeding(of: name, in: topology) else {
            return Outcome(changed: false, message: "\(name) needs no copy")
        }
        try await fleet.takeLock(on: [name, seeding.primary.name])
        let others = try await Cloning.tablesItLeavesEmpty(on: seeding.primary.name, fleet)
        let way = try seeding.way(method, hasOtherEngines: !others.isEmpty)
        let dialect = MySQLDialect(version: seeding.report.version)
        switch way {
        case .clone:
            try await Cloning(fleet: fleet, name: name, primary: seeding.primary, dialect: dialect)
                .clone(seeding.report)
        case .dump:
            try await Dumping(fleet: fleet, name: name, primary: seeding.primary.name)
                .fill(free: seeding.report.diskFree)
            try await fleet.restEvents(on: name, dialect)
        }
        return Outcome(
            changed: true, result: ["method": .string(way.rawValue)],
            message: "\(name) is a \(way.rawValue) of \(seeding.primary.name): \(seeding.reason)")
    }
}
