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
    static let sleeping: SQL = "\(columns) WHERE status IN ('REPLICA_SIDE_DISABLED','SLAVESIDE_DISABLED')"
    /// Those that run here.
    static let running: SQL = "\(columns) WHERE status='ENABLED'"

    private static let columns: SQL = """
        SELECT event_schema, event_name, definer, sql_mode, character_set_client, collation_connection, time_zone \
        FROM information_schema.events
        """

    init?(_ row: [String]) {
        guard row.count == 7 else { return nil }
        (schema, name, definer, sqlMode) = (row[0], row[1], row[2], row[3])
        (characterSet, collation, timeZone) = (row[4], row[5], row[6])
    }

    /// Altering an event stores the session's settings and makes the session's user its definer, so all are given.
    var enabling: [SQL] { altering("ENABLE") }

    /// A copy holds them as the primary does: as a replica it has to leave them to it.
    func resting(_ dialect: MySQLDialect) -> [SQL] { altering(dialect.disableOnReplica) }

    private func altering(_ state: SQL) -> [SQL] {
        let account = definer.split(separator: "@", omittingEmptySubsequences: false)
        let (host, user) = (String(account.last ?? ""), account.dropLast().joined(separator: "@"))
        return [
            "SET SESSION sql_mode=\(sqlMode)", "SET SESSION time_zone=\(timeZone)",
            "SET character_set_client=\(characterSet)", "SET collation_connection=\(collation)",
            "ALTER DEFINER=\(name: user)@\(name: host) EVENT \(name: schema).\(name: name) \(state)",
        ]
    }
}

extension MySQLFleet {
    /// Enables the events of a server that has become the primary.
    /// - Returns: their names.
    func enableEvents(on name: String) async throws -> [String] {
        let events = try await rows(ScheduledEvent.sleeping, on: name).compactMap(ScheduledEvent.init)
        guard !events.isEmpty else { return [] }
        try await make(settings.login.change("enable the events", events.flatMap(\.enabling)), on: name)
        return events.map { "\($0.schema).\($0.name)" }
    }

    /// Disables the events of a server that has become a copy, past its binary log.
    func restEvents(on name: String, _ dialect: MySQLDialect) async throws {
        let events = try await rows(ScheduledEvent.running, on: name).compactMap(ScheduledEvent.init)
        guard !events.isEmpty else { return }
        let opening: [SQL] = ["SET SESSION sql_log_bin=0", "SET GLOBAL super_read_only=OFF"]
        try await make(
            settings.login.change(
                "leave the events to the primary",
                opening + events.flatMap { $0.resting(dialect) } + ["SET GLOBAL super_read_only=ON"]), on: name)
    }
}
