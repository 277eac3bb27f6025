package import Modules

/// The servers that are left when a primary is dead.
package struct Survivors: Hashable, Sendable {
    package var dead: String
    package var best: String
    package var others: [String]
    /// All that the best one has executed or received.
    package var has: GTIDSet
    package var epoch: Epoch
    /// One of them takes writes already: an earlier failover was cut off after that.
    package var isDone: Bool

    /// - Parameters:
    ///   - topology: of all servers, the dead one among them.
    ///   - wanted: the new primary; nil: the one that has everything which any other has.
    ///   - now: seconds since 1970.
    /// - Throws: `ModuleFailure` when nobody can be told to be the best, or nobody is left.
    package init(_ topology: MySQLTopology, to wanted: String?, now: Int) throws {
        let alive = topology.servers.filter { $0.report != nil }
        guard topology.writers.count <= 1 else {
            throw ModuleFailure("\(topology.writers.map(\.name).joined(separator: " and ")) both take writes")
        }
        if let writer = topology.primary {
            // Those who are silent are the dead; a writer that was there from the beginning is told by the caller.
            dead = topology.servers.first { $0.report == nil }?.name ?? ""
            (best, has, isDone) = (writer.name, writer.report?.executed ?? GTIDSet(), true)
            others = alive.map(\.name).filter { $0 != writer.name }
            epoch = Self.epoch(topology, writer.name, now)
            return
        }
        dead = try Self.dead(topology)
        let gone = dead
        let candidates = alive.filter {
            $0.name != gone && $0.report?.hasBinaryLog == true && $0.report?.hasGTIDs == true
        }
        guard !candidates.isEmpty else { throw ModuleFailure("no server is left that could take the writes") }
        let first = try Self.furthest(candidates, wanted)
        (best, has, isDone) = (first.name, first.all, false)
        others = alive.map(\.name).filter { $0 != first.name && $0 != gone }
        epoch = Self.epoch(topology, first.name, now)
    }

    /// The one whom the others replicate from; else the one whom the epoch files name.
    private static func dead(_ topology: MySQLTopology) throws -> String {
        let sources = Set(topology.servers.compactMap { topology.source(of: $0)?.name })
        if sources.count == 1, let source = sources.first { return source }
        let silent = topology.servers.filter { $0.report == nil }.map(\.name)
        if silent.count == 1, let name = silent.first { return name }
        if let name = topology.epoch?.primary, silent.contains(name) { return name }
        throw ModuleFailure("it can't be told who was the primary: intchainctl db status shows what is left")
    }

    private static func furthest(_ candidates: [MySQLSight], _ wanted: String?) throws -> MySQLSight {
        let complete = candidates.filter { candidate in candidates.allSatisfy { candidate.all.contains($0.all) } }
        guard let first = complete.first else {
            let sets = candidates.map { "\($0.name) has \($0.all)" }.joined(separator: "\n  ")
            throw ModuleFailure(
                "no replica has all that the others have, so choosing one would lose writes:\n  \(sets)")
        }
        guard let wanted else { return first }
        if let chosen = complete.first(where: { $0.name == wanted }) { return chosen }
        guard let other = candidates.first(where: { $0.name == wanted }) else {
            throw ModuleFailure("\(wanted) can't take the writes: it does not answer, or writes no binary log")
        }
        throw ModuleFailure("\(wanted) lacks transactions that \(first.name) has: \(first.all.subtracting(other.all))")
    }

    private static func epoch(_ topology: MySQLTopology, _ name: String, _ now: Int) -> Epoch {
        let last = topology.epoch ?? Epoch(number: 0, primary: "")
        return last.primary == name ? last : Epoch(number: last.number + 1, primary: name, failedOver: now)
    }

    /// What will be done, for people.
    package var steps: [String] {
        if isDone {
            return ["\(best) takes writes already: nothing moves"] + others.map { "\($0) replicates from \(best)" }
        }
        return [
            "make sure that \(dead) is dead, to us and to the replicas; if anybody sees it alive, nothing is done",
            "fence \(dead): stop its MySQL over SSH, or cut its port off on every client",
            "\(best) applies what it has received, and what \(dead)'s binary log holds besides, if that can be read",
            "\(best) takes writes in epoch \(epoch.number), and its events run",
        ] + others.map { "\($0) replicates from \(best)" }
    }

    /// Where a server takes writes nobody is dead, unless an earlier failover to that server was cut off.
    /// - Throws: `ModuleFailure` then.
    package static func refuseLiving(_ topology: MySQLTopology) throws {
        guard let primary = topology.primary else { return }
        guard topology.epoch?.primary != primary.name || topology.isFinished(under: primary) else { return }
        throw ModuleFailure(
            """
            \(primary.name) is not dead: it takes writes
            to move the writes from a living primary: failover db --planned
            """)
    }

    /// A second failover within the hour is more often a fault that wanders than two deaths.
    /// - Throws: `ModuleFailure` then.
    package func refuseAnother(_ topology: MySQLTopology, now: Int) throws {
        guard let time = topology.failedOver, now - time < 3600 else { return }
        // The same server once more: it had restarted while it was alone.
        guard topology.epoch?.primary != best, !isDone else { return }
        throw ModuleFailure(
            """
            the last failover was \((now - time) / 60) min ago: a second one within an hour is refused
            find out first what kills the primaries; then say --again
            """)
    }
}

extension MySQLSight {
    /// All that it has executed, or received and not yet applied.
    fileprivate var all: GTIDSet {
        guard let report else { return GTIDSet() }
        return report.executed.union(report.channel?.received ?? GTIDSet())
    }
}

extension MySQLTopology {
    /// A failover to this primary has nothing left to do.
    fileprivate func isFinished(under primary: MySQLSight) -> Bool {
        let others = servers.filter { $0.name != primary.name }
        return primary.report?.semisync?.isWanted != false
            && others.allSatisfy { server in
                source(of: server)?.name == primary.name && server.report?.channel?.isRunning == true
                    && server.epoch == epoch
            }
    }
}
