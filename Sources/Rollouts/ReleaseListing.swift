import FoundationEssentials
import OrderedCollections
package import YAML

/// The releases of one host, newest first: what `intchainctl releases` shows.
package struct ReleaseListing: Hashable, Sendable {
    package struct Row: Hashable, Sendable {
        package enum Mark: String, Hashable, Sendable { case live, previous, good, bad, unproven, staged }

        package var id: ReleaseID
        package var mark: Mark
        /// Seconds since 1970; nil for a release that the journal does not know.
        package var staged: Int?
        package var live: Int?
        /// Live, and its rollout came to its end.
        package var isServing: Bool
        /// It came through a rollout here, now or before.
        package var isProven: Bool
        /// The migrations that it needs and brings; nil when it says nothing.
        package var schema: ReleaseManifest.SchemaLevels?
    }

    package var rows: [Row]

    package init(_ history: ReleaseHistory, schemas: [ReleaseID: ReleaseManifest.SchemaLevels] = [:]) {
        let order = Dictionary(history.journal.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { $1 })
        let newestFirst = history.releases.sorted { (order[$0] ?? -1, $0) > (order[$1] ?? -1, $1) }
        rows = newestFirst.map { id in
            Row(
                id: id, mark: Self.mark(id, history), staged: history.time(.staged, of: id),
                live: history.time(.live, of: id), isServing: history.isServing(id),
                isProven: history.isProven(id), schema: schemas[id])
        }
    }

    private static func mark(_ id: ReleaseID, _ history: ReleaseHistory) -> Row.Mark {
        if id == history.current { return .live }
        if id == history.previous { return .previous }
        if history.isBad(id) { return .bad }
        if history.isProven(id) { return .good }
        return history.isUnproven(id) ? .unproven : .staged
    }
}

extension ReleaseListing {
    /// As data: id, mark, schema levels where they are known, and when it was staged and went live (`2026-01-18 02:00:00Z`).
    package var value: Value {
        .list(
            rows.map { row in
                var entry: ValueMap = [
                    "id": .string(row.id.text), "mark": .string(row.mark.rawValue), "serving": .bool(row.isServing),
                    "proven": .bool(row.isProven),
                ]
                if let staged = row.staged { entry["staged"] = .string(Self.text(ofTime: staged)) }
                if let live = row.live { entry["live"] = .string(Self.text(ofTime: live)) }
                if let schema = row.schema {
                    (entry["needs"], entry["brings"]) = (.int(schema.needs), .int(schema.brings))
                }
                return .map(entry)
            })
    }

    private static func text(ofTime seconds: Int) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601.dateTimeSeparator(.space))
    }
}
