/// All Sentinels of the site as they were found, and what that means.
package struct SentinelCircle: Hashable, Sendable {
    package var sentinels: [SentinelSight]

    /// - Parameter sights: as one or several hosts saw them; one that answers anybody answers.
    package init(_ sights: [SentinelSight]) {
        sentinels = sights.reduce(into: []) { all, sight in
            guard let index = all.firstIndex(where: { $0.name == sight.name }) else { return all.append(sight) }
            if all[index].report == nil { all[index] = sight }
        }
    }

    package var answering: [SentinelSight] { sentinels.filter { $0.report != nil } }

    /// The address that more than half of all Sentinels, the silent ones too, take for the primary's.
    package var agreed: String? {
        let votes = Dictionary(grouping: sentinels.compactMap { $0.report?.primary }) { $0 }
        return votes.first { $0.value.count * 2 > sentinels.count }?.key
    }

    /// Why they can't move the writes now, each reason a line; nil when they can.
    package var trouble: String? {
        let able = answering.filter { $0.report?.noQuorum == nil }
        guard able.count * 2 <= sentinels.count else { return nil }
        return sentinels.filter { $0.report?.noQuorum != nil || $0.report == nil }.map { sentinel in
            "\(sentinel.name)'s Sentinel \(sentinel.report?.noQuorum.map { "says: \($0)" } ?? "does not answer: \(sentinel.silence ?? "?")")"
        }.joined(separator: "\n")
    }

    /// What is wrong with them, or between them and the servers.
    func alarms(_ topology: RedisTopology) -> [DatabaseAlarm] {
        var alarms = sentinels.flatMap { sentinel in
            texts(of: sentinel, topology).map { DatabaseAlarm(sentinel.name, "its Sentinel \($0)") }
        }
        guard let agreed else {
            return alarms + [DatabaseAlarm(nil, "the Sentinels agree on no primary: none is moved to")]
        }
        if let primary = topology.primary, primary.address != agreed {
            let wanted = topology.name(of: agreed)
            alarms.append(
                DatabaseAlarm(nil, "the Sentinels take \(wanted) for the primary, and \(primary.name) takes the writes")
            )
        }
        return alarms
    }

    private func texts(of sentinel: SentinelSight, _ topology: RedisTopology) -> [String] {
        guard let report = sentinel.report else { return ["does not answer: \(sentinel.silence ?? "?")"] }
        var texts: [String] = []
        if let agreed, report.primary != agreed {
            texts.append(
                "takes \(topology.name(of: report.primary)) for the primary, and most of them \(topology.name(of: agreed))"
            )
        }
        if let reason = report.noQuorum { texts.append("could decide no failover: \(reason)") }
        if report.known != sentinels.count {
            texts.append(
                "knows of \(report.known) Sentinels, not of \(sentinels.count): SENTINEL RESET makes it forget those that are gone"
            )
        }
        if report.replicas == 0, topology.servers.count > 1 {
            texts.append(
                "knows no copy of \(topology.name(of: report.primary)), so it could move the writes to nobody: after a RESET that passes within 10 s"
            )
        }
        if report.flags.contains("s_down") { texts.append("finds \(topology.name(of: report.primary)) dead") }
        return texts
    }

    /// A line of the tree.
    func line(_ topology: RedisTopology) -> String {
        let names = answering.map(\.name).joined(separator: ", ")
        guard let report = answering.first?.report else { return "Sentinel  none answers" }
        let primary = agreed.map { "agree on \(topology.name(of: $0))" } ?? "alone can't say who is the primary"
        let state = trouble == nil ? "they can fail over" : "they can't fail over"
        let doing = answering.contains { $0.report?.isFailingOver == true } ? ", and are doing so" : ""
        return "Sentinel  \(names) \(primary); quorum \(report.quorum) of \(sentinels.count): \(state)\(doing)"
    }
}

extension RedisTopology {
    /// The server at an address, by its name where it is one of the site.
    package func name(of address: String) -> String { servers.first { $0.address == address }?.name ?? address }
}
