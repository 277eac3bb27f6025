import OrderedCollections
package import YAML

/// A Sentinel as it was found: it answers, or why it does not.
package struct SentinelSight: Hashable, Sendable {
    package var name: String
    package var report: SentinelReport?
    package var silence: String?

    package init(name: String, report: SentinelReport? = nil, silence: String? = nil) {
        self.name = name
        self.report = report
        self.silence = silence
    }
}

extension SentinelSight {
    /// For `register` and `--output json`.
    package var value: Value {
        var value: ValueMap = ["name": .string(name), "answers": .bool(report != nil)]
        if let silence { value["silence"] = .string(silence) }
        if let report {
            value["primary"] = .string(report.primary)
            value["flags"] = .list(report.flags.sorted().map { .string($0) })
            value["quorum"] = .int(report.quorum)
            value["known_sentinels"] = .int(report.known)
            value["known_replicas"] = .int(report.replicas)
            value["down_after_seconds"] = .int(report.downAfter)
            value["epoch"] = .int(report.epoch)
            value["no_quorum"] = report.noQuorum.map { .string($0) } ?? .null
        }
        return .map(value)
    }

    /// Reads what `value` writes.
    package init?(_ value: Value) {
        guard let name = value["name"]?.string else { return nil }
        self.init(name: name, silence: value["silence"]?.string)
        guard let primary = value["primary"]?.string, let quorum = value["quorum"]?.int else { return }
        report = SentinelReport(
            primary: primary, flags: Set(value["flags"]?.list?.compactMap(\.string) ?? []), quorum: quorum,
            known: value["known_sentinels"]?.int ?? 0, replicas: value["known_replicas"]?.int ?? 0,
            downAfter: value["down_after_seconds"]?.int ?? 5,
            epoch: value["epoch"]?.int ?? 0,
            noQuorum: value["no_quorum"]?.string)
    }
}
