import OrderedCollections
import YAML

/// What a failover has cost.
enum Loss: Hashable, Sendable {
    case none(salvaged: Int)
    case exact(GTIDSet, file: String, reason: String)
    /// Nobody can know before the dead server is back.
    case unknown(reason: String, seconds: Double?)

    func sentence(dead: String, heir: String) -> String {
        switch self {
        case .none(0): "no write is lost: \(heir) had everything that \(dead)'s binary log holds"
        case .none(let count): "no write is lost: \(count) transactions were salvaged from \(dead)'s binary log"
        case .exact(let lost, let file, let reason):
            """
            \(lost.count) transactions are lost: \(lost)
            they are in \(file) on \(dead): \(reason)
            """
        case .unknown(let reason, let seconds):
            """
            writes may be lost: \(reason)
            at most those that \(dead) acknowledged \(seconds.map { "in the last \(Int($0.rounded(.up))) s, since \(heir) last heard it" } ?? "after \(heir) last heard it"); \
            intchainctl db rejoin \(dead) will tell which
            """
        }
    }

    var values: ValueMap {
        switch self {
        case .none(let salvaged): ["lost": 0, "salvaged": .int(salvaged)]
        case .exact(let lost, let file, _):
            ["lost": .int(lost.count), "lost_gtids": .string(lost.description), "file": .string(file)]
        case .unknown(_, let seconds): ["lost": .null, "lost_within_seconds": seconds.map { .float($0) } ?? .null]
        }
    }
}
