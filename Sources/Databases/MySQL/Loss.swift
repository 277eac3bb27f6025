import OrderedCollections
import YAML

/// What a failover has cost, and what was saved of it.
struct Loss: Hashable, Sendable {
    enum Extent: Hashable, Sendable {
        case none
        case exact(GTIDSet, reason: String)
        /// Nobody can know before the dead server is back.
        case unknown(reason: String, since: MySQLReport.Horizon?)
    }

    var extent: Extent
    /// What only the dead server's binary log held, and the heir has now; nil: the log could not be read.
    var salvaged: GTIDSet?
    /// What was found in that log; nil: nothing was.
    var file: String?

    func sentence(dead: String, heir: String) -> String {
        switch extent {
        case .none:
            if let salvaged, !salvaged.isEmpty {
                "no write is lost: \(salvaged.count) transactions were salvaged from \(dead)'s binary log"
            } else {
                "no write is lost: \(heir) had everything that \(dead)'s binary log holds"
            }
        case .exact(let lost, let reason):
            """
            \(lost.count) transactions are lost: \(lost)
            they are in \(file ?? "a file") on \(dead): \(reason)
            """
        case .unknown(let reason, let since):
            """
            writes may be lost: \(reason)
            at most those that \(dead) acknowledged \(since?.bound ?? "after \(heir) last heard it"); \
            intchainctl db rejoin \(dead) will tell which
            """
        }
    }

    /// The same for programs.
    var values: ValueMap {
        var values: ValueMap
        switch extent {
        case .none: values = LossKnowledge.nothing
        case .exact(let lost, let reason):
            values = [
                "loss": LossKnowledge.exact.value, "lost": .int(lost.count), "lost_gtids": .string(lost.description),
                "lost_reason": .string(reason),
            ]
        case .unknown(let reason, let since):
            values = [
                "loss": (since == nil ? LossKnowledge.unknown : .bound).value, "lost": .null,
                "lost_within_seconds": since.map { .float($0.age) } ?? .null,
                "lost_since": since.map { .string($0.moment) } ?? .null, "lost_reason": .string(reason),
            ]
        }
        values["salvaged"] = salvaged.map { .int($0.count) } ?? .null
        values["salvaged_gtids"] = salvaged.map { .string($0.description) } ?? .null
        values["salvage_file"] = file.map { .string($0) } ?? .null
        return values
    }
}

extension MySQLReport.Horizon {
    fileprivate var bound: String { "in the last \(Int(age.rounded(.up))) s, since \(moment) by its clock" }
}
