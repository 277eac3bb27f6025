import Diagnostics
package import Modules
import OrderedCollections
import Remote
import YAML

/// `intchain.site.mysql_settle`: what a server lacks that has become the primary otherwise than by a failover, as by a
/// restore: a dump made on a replica holds its events disabled, and an earlier failover may have cut its clients off.
package struct MySQLSettleModule: Action {
    package static let spec = ModuleSpec(
        "intchain.site.mysql_settle", summary: "Enables the events of a new primary and lets its clients through.",
        arguments: [ArgumentSpec("host", required: true), ArgumentSpec("clients", .list(.string))]
            + MySQLSettings.arguments)

    let settings: MySQLSettings
    let name: String
    let clients: [String]

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        settings = try MySQLSettings(arguments, in: context)
        guard let name = try settings.server("host", arguments) else {
            throw arguments.problem("host", "is empty", hint: "name the server that takes the writes")
        }
        self.name = name
        clients = try arguments.strings("clients") ?? []
    }

    package func act(on host: any ActionHost) async throws -> Outcome {
        let fleet = MySQLFleet(settings: settings, desk: host)
        try await fleet.takeLock(on: [name])
        let sight = await fleet.look(at: [name]).servers.first
        guard let report = sight?.report else {
            throw ModuleFailure("\(name) does not answer: \(sight?.silence ?? "no answer")")
        }
        guard report.takesWrites else { throw ModuleFailure("\(name) takes no writes: it is not the primary") }
        let events = try await fleet.enableEvents(on: name)
        let passage = await fleet.letThrough(to: name, for: clients)
        let lines = events.map { "\($0) is enabled" } + passage.changes
        return Outcome(
            changed: !lines.isEmpty, result: ["events": .list(events.map(Value.string))],
            message: (lines + passage.warnings).joined(separator: "\n"))
    }
}
