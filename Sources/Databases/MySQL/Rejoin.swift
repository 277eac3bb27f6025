import Modules

/// How a server comes back.
package enum Rejoin: Hashable, Sendable {
    /// It replicates from the primary, and has nothing of its own.
    case isThere
    case attach
    /// Transactions of its own, and those it lacks which the primary has no more.
    case rebuild(errant: GTIDSet, gap: GTIDSet)

    /// - Throws: `ModuleFailure` when there is not exactly one other server that takes writes.
    package static func primary(of topology: MySQLTopology, for name: String) throws -> MySQLSight {
        let others = topology.writers.filter { $0.name != name }
        guard others.count <= 1 else {
            throw ModuleFailure("\(others.map(\.name).joined(separator: " and ")) both take writes")
        }
        if let primary = others.first { return primary }
        guard topology[name]?.report?.takesWrites != true else {
            throw ModuleFailure("\(name) is the primary: it takes the writes")
        }
        throw ModuleFailure("no server takes writes, so there is nothing to join: intchainctl failover db first")
    }

    /// - Parameters:
    ///   - server: seen while it took no writes.
    ///   - primary: seen after it.
    package init(_ server: MySQLReport, under primary: MySQLSight) {
        guard let its = primary.report else {
            self = .attach
            return
        }
        let errant = server.executed.subtracting(its.executed)
        let gap = its.purged.subtracting(server.executed)
        guard errant.isEmpty, gap.isEmpty else {
            self = .rebuild(errant: errant, gap: gap)
            return
        }
        let follows = server.channel?.address == primary.address && server.channel?.isRunning == true
        self = follows && !server.takesWrites ? .isThere : .attach
    }

    /// What a person has to know before it is rebuilt.
    package func sentence(_ name: String, under primary: String) -> String {
        switch self {
        case .isThere: return "\(name) replicates from \(primary) and has nothing of its own"
        case .attach: return "\(name) has nothing that \(primary) lacks: it can replicate from it as it is"
        case .rebuild(let errant, let gap):
            let own = errant.isEmpty ? nil : "\(name) has \(errant.count) transactions that \(primary) lacks: \(errant)"
            let lack = gap.isEmpty ? nil : "\(name) lacks \(gap.count) transactions that \(primary) has purged: \(gap)"
            return [own, lack].compactMap { $0 }.joined(separator: "\n")
        }
    }
}
