import OrderedCollections
import YAML

/// What `intchain-backup-list` printed on the hosts.
struct BackupListing {
    private(set) var sets: [Value] = []
    private(set) var streams: [Value] = []
    /// What could not be read, each with its host; the rest is told all the same.
    private(set) var unread: [String] = []

    /// - Parameter rows: a JSON document each, as text.
    init(_ rows: [ResultCollector.Row]) {
        for row in rows {
            let text = row.value.string ?? ""
            guard case .map(var entry)? = try? Value(json: text) else {
                unread.append("\(row.host): what it tells of a backup can't be read: \(text.printable)")
                continue
            }
            let kind = entry.removeValue(forKey: "kind")
            entry["host"] = .string(row.host)
            if kind == "stream" { streams.append(.map(entry)) } else { sets.append(.map(entry)) }
        }
        sets.sort {
            ($0["name"]?.string ?? "", $1["host"]?.string ?? "") > ($1["name"]?.string ?? "", $0["host"]?.string ?? "")
        }
    }

    var value: Value { ["sets": .list(sets), "streams": .list(streams)] }

    var setTable: Table {
        var table = Table(["backup", "host", "of", "size", "age", "rows", "state"])
        for set in sets {
            table.add([
                set["name"]?.string ?? "?", set["host"]?.string ?? "?", set["origin"]?.string ?? "?",
                Self.size(set["bytes"]?.int), Self.age(set["age_seconds"]?.int),
                set["rows"]?.int.map(String.init) ?? "-", Self.state(of: set),
            ])
        }
        return table
    }

    var streamTable: Table {
        var table = Table(["binary log of", "host", "newest file", "behind", "restore point", "state"])
        for stream in streams {
            table.add([
                stream["name"]?.string ?? "?", stream["host"]?.string ?? "?", stream["file"]?.string ?? "-",
                Self.age(stream["behind_seconds"]?.int), Self.restorePoint(of: stream), Self.state(ofStream: stream),
            ])
        }
        return table
    }

    private static func state(of set: Value) -> String {
        if let reason = set["verify_failed"]?.string { return "FAILED: \(reason)" }
        if let time = set["verified"]?.string {
            return "verified \(time)" + (set["restore_seconds"]?.int.map { ", restored in \($0) s" } ?? "")
                + (set["log_problem"]?.string.map { "; no replay from it: \($0)" } ?? "")
        }
        switch set["whole"] {
        case true: return "not verified yet"
        case false: return "DAMAGED: its size is not the manifest's"
        default: return "no manifest"
        }
    }

    private static func state(ofStream stream: Value) -> String {
        if let problem = stream["problem"]?.string { return problem }
        let checked = stream["checked_seconds_ago"]?.int ?? 0
        if checked > 60 { return "NOT WATCHED for \(age(checked))" }
        return stream["behind_seconds"]?.int == nil ? "NOT TOLD how far behind it is" : "streaming"
    }

    /// How old the newest moment is at most that can be restored: what was behind at the last look, and that look's age.
    private static func restorePoint(of stream: Value) -> String {
        guard let behind = stream["behind_seconds"]?.int, let checked = stream["checked_seconds_ago"]?.int else {
            return "-"
        }
        return "\(age(behind + checked)) ago"
    }

    static func size(_ bytes: Int?) -> String {
        guard let bytes else { return "-" }
        switch bytes {
        case ..<10_000: return "\(bytes) B"
        case ..<10_000_000: return "\(bytes / 1000) kB"
        case ..<10_000_000_000: return "\(bytes / 1_000_000) MB"
        default: return "\(bytes / 1_000_000_000) GB"
        }
    }

    static func age(_ seconds: Int?) -> String {
        guard let seconds else { return "-" }
        switch seconds {
        case ..<120: return "\(seconds) s"
        case ..<7200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3600) h"
        default: return "\(seconds / 86_400) d"
        }
    }
}
