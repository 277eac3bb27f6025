package import Modules

/// A planned move of the writes from one database server to another, decided from how the servers were found.
package struct Switchover: Hashable, Sendable {
    /// Who takes writes now; nil when an earlier move was cut off after it had stopped taking them and forgotten them.
    package var from: String?
    package var to: String
    /// Everybody else, who replicates from `to` afterwards.
    package var followers: [String]
    package var epoch: Epoch
    /// The server takes writes already: only followers may be left to attach.
    package var isMoved: Bool
    /// Nobody takes writes: an earlier move was cut off.
    package var isResumed: Bool

    /// - Parameters:
    ///   - to: the new primary; nil: the one that an interrupted move meant, else the replica that is furthest.
    ///   - patience: seconds that the replica may be behind.
    /// - Throws: `ModuleFailure` when something stands against it; nothing was changed then.
    package init(_ topology: MySQLTopology, to wanted: String?, patience: Int) throws {
        for server in topology.servers where server.report == nil {
            throw ModuleFailure(
                """
                \(server.name) does not answer: \(server.silence ?? "?")
                a planned failover needs all database servers; when the primary is dead: intchainctl failover db
                """)
        }
        guard topology.writers.count <= 1 else {
            let names = topology.writers.map(\.name).joined(separator: " and ")
            throw ModuleFailure("\(names) both take writes: intchainctl db status tells what each has that others lack")
        }
        let target = try Self.target(topology, wanted)
        to = target.name
        let origin = topology.primary ?? topology.source(of: target)
        from = origin?.name == target.name ? nil : origin?.name
        isMoved = topology.primary?.name == target.name
        isResumed = topology.primary == nil
        followers = topology.servers.map(\.name).filter { $0 != target.name }
        let last = topology.epoch ?? Epoch(number: 0, primary: origin?.name ?? target.name)
        epoch =
            last.primary == target.name
            ? last : Epoch(number: last.number + 1, primary: target.name, failedOver: topology.failedOver)
        if !isMoved { try Self.check(target, from: origin, in: topology, patience: patience) }
    }

    private static func target(_ topology: MySQLTopology, _ wanted: String?) throws -> MySQLSight {
        if let wanted {
            guard let server = topology[wanted] else {
                throw ModuleFailure("\(wanted) is none of the database servers")
            }
            return server
        }
        guard let primary = topology.primary else {
            if let meant = topology.epoch.flatMap({ topology[$0.primary] }) { return meant }
            throw ModuleFailure(
                "no server takes writes, and no epoch file says which one did: name the new one with --to")
        }
        let replicas = topology.replicas(of: primary).sorted { topology.behind($0).count < topology.behind($1).count }
        // Nobody: an earlier move was cut off when all but this was done.
        return replicas.first ?? primary
    }

    private static func check(
        _ target: MySQLSight, from origin: MySQLSight?, in topology: MySQLTopology, patience: Int
    ) throws {
        guard let report = target.report else { return }
        guard report.hasGTIDs, report.hasBinaryLog else {
            throw ModuleFailure("\(target.name) can't become the primary: it needs gtid_mode=ON and a binary log")
        }
        for other in topology.servers {
            guard let its = other.report, its.version > report.version else { continue }
            throw ModuleFailure(
                """
                \(target.name) runs MySQL \(report.version), \(other.name) \(its.version): a newer server can't replicate \
                to an older one; upgrade \(target.name) first
                """)
        }
        if let channel = report.channel {
            guard topology.primary == nil || topology.source(of: target)?.name == topology.primary?.name else {
                throw ModuleFailure("\(target.name) replicates from \(channel.address), which is not the primary")
            }
            guard channel.isRunning else {
                let reason = channel.errors.first.map { ": \($0)" } ?? ""
                throw ModuleFailure(
                    """
                    \(target.name) does not replicate (receiver \(channel.receiver), applier \(channel.applier))\(reason)
                    start it on \(target.name) with START REPLICA, or mend what stopped it
                    """)
            }
            if let lag = channel.lag, lag > Double(patience) {
                throw ModuleFailure("\(target.name) is \(Int(lag)) s behind: try again when it has caught up")
            }
        } else if let primary = topology.primary {
            throw ModuleFailure(
                "\(target.name) does not replicate from \(primary.name): intchainctl db rejoin \(target.name)")
        } else {
            try checkCompleteness(report, target, topology)
        }
        let errant = origin?.report.map { report.executed.subtracting($0.executed) } ?? GTIDSet()
        guard errant.isEmpty else {
            throw ModuleFailure(
                """
                \(target.name) has transactions that \(origin?.name ?? "the primary") lacks: \(errant)
                rebuild it with intchainctl db rejoin \(target.name)
                """)
        }
    }

    /// A server that replicates from nobody any more may only be opened when it has all that the others have.
    private static func checkCompleteness(
        _ report: MySQLReport, _ target: MySQLSight, _ topology: MySQLTopology
    ) throws {
        for other in topology.servers where other.name != target.name {
            let more = other.report?.executed.subtracting(report.executed) ?? GTIDSet()
            guard more.isEmpty else {
                throw ModuleFailure(
                    "\(target.name) lacks transactions that \(other.name) has: \(more); name \(other.name) with --to")
            }
        }
    }

    /// What will be done, for people.
    package var steps: [String] {
        if isMoved { return ["\(to) takes writes already"] + followers.map { "\($0) replicates from \(to)" } }
        var steps: [String] = []
        if isResumed { steps.append("nobody takes writes now: a failover was cut off, and is taken up") }
        if let from {
            steps.append("\(from) stops taking writes, and remembers \(to) as the primary of epoch \(epoch.number)")
            steps.append(
                "\(to) applies what is left; if it can't in time, \(from) takes writes again and nothing else happens")
        }
        return steps + ["\(to) takes writes, and its events run"] + followers.map { "\($0) replicates from \(to)" }
    }
}
