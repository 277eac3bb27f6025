import OrderedCollections
import YAML

/// What a failover has cost.
enum Loss: Hashable, Sendable {
    case none(salvaged: Int)
    case exact(GTIDSet, file: String, reason: String)
    /// Nobody can know before the dead server is back.
    case unknown(reason: String, since: MySQLReport.Horizon?)

    func sentence(dead: String, heir: String) -> String {
        switch self {
        case .none(0): "no write is lost: \(heir) had everything that \(dead)'s binary log holds"
        case .none(let count): "no write is lost: \(count) transactions were salvaged from \(dead)'s binary log"
        case .exact(let lost, let file, let reason):
            """
            \(lost.count) transactions are lost: \(lost)
            they are in \(file) on \(dead): \(reason)
            """
        case .unknown(let reason, let since):
            """
            writes may be lost: \(reason)
            at most those that \(dead) acknowledged \(since?.bound ?? "after \(heir) last heard it"); \
            intchainctl db rejoin \(dead) will tell which
            """
        }
    }

    var values: ValueMap {
        switch self {
        case .none(let salvaged): ["lost": 0, "salvaged": .int(salvaged)]
        case .exact(let lost, let file, _):
            ["lost": .int(lost.count), "lost_gtids": .string(lost.description), "file": .string(file)]
        case .unknown(_, let since):
            [
                "lost": .null, "lost_within_seconds": since.map { .float($0.age) } ?? .null,
                "lost_since": since.map { .string($0.moment) } ?? .null,
            ]
        }
    }
}

extension MySQLReport.Horizon {
    fileprivate var bound: String { "in the last \(Int(age.rounded(.up))) s, since \(moment) by its clock" }
}
