import Modules
import Remote

/// A scheduled event. Replicas hold theirs disabled, and they stay so when one becomes the primary.
struct ScheduledEvent: Hashable, Sendable {
    var schema: String
    var name: String
    var definer: String
    var sqlMode: String
    var characterSet: String
    var collation: String
    var timeZone: String

    /// Those that are disabled only because they came by replication; the old versions say slave.
    static let question: SQL = """
        SELECT event_schema, event_name, definer, sql_mode, character_set_client, collation_connection, time_zone \
        FROM information_schema.events WHERE status IN ('REPLICA_SIDE_DISABLED','SLAVESIDE_DISABLED')
        """

    init?(_ row: [String]) {
        guard row.count == 7 else { return nil }
        (schema, name, definer, sqlMode) = (row[0], row[1], row[2], row[3])
        (characterSet, collation, timeZone) = (row[4], row[5], row[6])
    }

    /// Altering an event stores the session's settings and makes the session's user its definer, so all are given.
    var enabling: [SQL] {
        let account = definer.split(separator: "@", omittingEmptySubsequences: false)
        let (host, user) = (String(account.last ?? ""), account.dropLast().joined(separator: "@"))
        return [
            "SET SESSION sql_mode=\(sqlMode)", "SET SESSION time_zone=\(timeZone)",
            "SET character_set_client=\(characterSet)", "SET collation_connection=\(collation)",
            "ALTER DEFINER=\(name: user)@\(name: host) EVENT \(name: schema).\(name: name) ENABLE",
        ]
    }
}

extension MySQLFleet {
    /// Enables the events of a server that has become the primary.
    /// - Returns: their names.
    func enableEvents(on name: String) async throws -> [String] {
        let probe = SQLProbe(ScheduledEvent.question, as: settings.login)
        let reply = try await run(
            .reads(SQLProbe.shell(for: [probe]), inputs: SQLProbe.inputs(for: [probe]), timeout: .seconds(20)), on: name
        )
        let events = try SQLProbe.parse(reply, for: [probe])[0].get().compactMap(ScheduledEvent.init)
        guard !events.isEmpty else { return [] }
        try await make(settings.login.change("enable the events", events.flatMap(\.enabling)), on: name)
        return events.map { "\($0.schema).\($0.name)" }
    }
}
