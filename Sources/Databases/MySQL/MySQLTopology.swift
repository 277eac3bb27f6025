package import Modules

/// All database servers of the site as they were found, and what that means.
package struct MySQLTopology: Hashable, Sendable {
    package var servers: [MySQLSight]

    package init(_ servers: [MySQLSight]) { self.servers = servers }

    package subscript(_ name: String) -> MySQLSight? { servers.first { $0.name == name } }

    /// Those that take writes; a healthy site has exactly one.
    package var writers: [MySQLSight] { servers.filter { $0.report?.takesWrites == true } }

    /// The one primary, or nil.
    package var primary: MySQLSight? { writers.count == 1 ? writers.first : nil }

    /// The newest epoch that any host remembers.
    package var epoch: Epoch? { servers.compactMap(\.epoch).max { $0.number < $1.number } }

    /// When the last failover was that nobody had planned, as far as any host remembers: seconds since 1970.
    package var failedOver: Int? { servers.compactMap { $0.epoch?.failedOver }.max() }

    /// Whom a server replicates from.
    package func source(of server: MySQLSight) -> MySQLSight? {
        guard let channel = server.report?.channel else { return nil }
        return servers.first { $0.address == channel.address }
    }

    package func replicas(of source: MySQLSight) -> [MySQLSight] {
        servers.filter { $0.name != source.name && self.source(of: $0)?.name == source.name }
    }

    /// Transactions that a server has and the primary lacks. What a busy primary did between two looks is no such: the
    /// primary has to be looked at last.
    package func errant(_ server: MySQLSight) -> GTIDSet {
        guard let primary, primary.name != server.name, let own = server.report, let its = primary.report else {
            return GTIDSet()
        }
        return own.executed.subtracting(its.executed)
    }

    /// Transactions of the primary that a server lacks.
    package func behind(_ server: MySQLSight) -> GTIDSet {
        guard let primary, primary.name != server.name, let own = server.report, let its = primary.report else {
            return GTIDSet()
        }
        return its.executed.subtracting(own.executed)
    }

    /// The same servers with a newer look at some of them.
    package func looking(again newer: [MySQLSight]) -> MySQLTopology {
        MySQLTopology(servers.map { server in newer.first { $0.name == server.name } ?? server })
    }
}

/// Something that a person has to know, with the server that it is about.
package struct DatabaseAlarm: Hashable, Sendable, CustomStringConvertible {
    /// nil: all of them.
    package var server: String?
    package var text: String

    package init(_ server: String?, _ text: String) {
        self.server = server
        self.text = text
    }

    package var description: String { server.map { "\($0): \(text)" } ?? text }
}

extension MySQLTopology {
    package var alarms: [DatabaseAlarm] { writerAlarms + servers.flatMap(alarms) }

    private var writerAlarms: [DatabaseAlarm] {
        switch writers.count {
        case 0: return [DatabaseAlarm(nil, "no server takes writes")] + closedAlarms
        case 1:
            guard let epoch, let primary, epoch.primary != primary.name else { return [] }
            return [
                DatabaseAlarm(
                    primary.name, "takes writes, but epoch \(epoch.number) names \(epoch.primary) as the primary")
            ]
        default:
            return [
                DatabaseAlarm(nil, "\(writers.map(\.name).joined(separator: " and ")) both take writes: split brain")
            ]
        }
    }

    /// Why the primary of the epoch does not open by itself, where the others' transactions are the reason.
    private var closedAlarms: [DatabaseAlarm] {
        guard let primary = epoch.flatMap({ self[$0.primary] }), let its = primary.report, its.channel == nil else {
            return []
        }
        return servers.compactMap { server in
            let more = server.report?.executed.subtracting(its.executed) ?? GTIDSet()
            guard !more.isEmpty else { return nil }
            return DatabaseAlarm(
                primary.name,
                """
                stays closed: \(server.name) has transactions that it lacks: \(more); to take writes without them: \
                intchain-mysql-open --force on \(primary.name), then intchainctl db rejoin \(server.name) --rebuild, \
                which keeps them in a file
                """)
        }
    }

    private func alarms(of server: MySQLSight) -> [DatabaseAlarm] {
        guard let report = server.report else {
            return [DatabaseAlarm(server.name, server.silence ?? "does not answer")]
        }
        var texts = report.alarms
        if report.takesWrites {
            if report.channel != nil { texts.append("takes writes and replicates at the same time") }
        } else {
            texts += replicationAlarms(server, report)
        }
        return texts.map { DatabaseAlarm(server.name, $0) }
    }

    private func replicationAlarms(_ server: MySQLSight, _ report: MySQLReport) -> [String] {
        var texts: [String] = []
        if !report.isSuperReadOnly { texts.append("root may write: super_read_only is off") }
        let errant = errant(server)
        if !errant.isEmpty { texts.append("has transactions that the primary lacks: \(errant)") }
        if let primary, let purged = primary.report?.purged.subtracting(report.executed), !purged.isEmpty {
            texts.append("lacks transactions that \(primary.name) has purged, so it has to be cloned: \(purged)")
        }
        guard let channel = report.channel else {
            return texts + (primary == nil ? [] : ["replicates from nobody"])
        }
        if let primary, channel.address != primary.address {
            texts.append("replicates from \(source(of: server)?.name ?? channel.address), which is not the primary")
        }
        if !channel.isRunning {
            let reason = channel.errors.first.map { ": \($0)" } ?? ""
            texts.append("replication stands: receiver \(channel.receiver), applier \(channel.applier)\(reason)")
        }
        if let lag = channel.lag, lag > 60 { texts.append("is \(Int(lag)) s behind") }
        return texts
    }
}

extension MySQLReport {
    fileprivate var alarms: [String] {
        var texts: [String] = []
        if !hasGTIDs { texts.append("gtid_mode is not ON: no failover is possible") }
        if !hasBinaryLog { texts.append("it writes no binary log, so it can't become the primary") }
        if takesWrites, let semisync, !semisync.isWanted {
            texts.append("semi-synchronous replication is suspended until a replica is back: db rejoin")
        }
        if takesWrites, let semisync, semisync.isWanted, !semisync.isOn {
            texts.append("semi-synchronous replication has fallen back: a failover may lose writes")
        }
        if let diskFree, let diskSize, diskFree < diskSize / 10 {
            texts.append("only \(diskFree >> 20) MB of disk are free; its binary logs take \(binlogBytes >> 20) MB")
        }
        return texts
    }
}
