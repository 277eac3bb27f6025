import Modules

/// Whether an empty server has to be given the primary's data, and how.
package struct Seeding: Hashable, Sendable {
    package enum Method: String, CaseIterable, Sendable { case auto, clone, dump }
    package enum Way: String, Sendable { case clone, dump }

    package var primary: MySQLSight
    /// What the empty server says of itself.
    package var report: MySQLReport
    package var reason: String

    /// From so many transactions on a copy is sooner there than the replication of all of them.
    static let many = 10_000

    /// - Returns: nil for a server that holds or follows something, and when replication brings it everything.
    /// - Throws: `ModuleFailure` when it can never replicate from the primary.
    package init?(of name: String, in topology: MySQLTopology) throws {
        guard let own = topology[name], let report = own.report, own.epoch == nil, report.executed.isEmpty,
            report.channel == nil, let primary = topology.primary, primary.name != name, let its = primary.report
        else { return nil }
        guard report.version.numbers.prefix(2).lexicographicallyPrecedes(its.version.numbers.prefix(2)) == false else {
            throw ModuleFailure(
                "\(name) runs MySQL \(report.version), \(primary.name) \(its.version): an older server can't replicate from a newer one; upgrade \(name)"
            )
        }
        if !its.purged.isEmpty {
            reason = "\(primary.name) has purged the logs of \(its.purged.count) transactions"
        } else if its.executed.count > Self.many {
            reason = "\(primary.name) has \(its.executed.count) transactions"
        } else {
            return nil
        }
        self.primary = primary
        self.report = report
    }

    /// - Throws: `ModuleFailure` when the method that was asked for can't be.
    package func way(_ method: Method, hasOtherEngines: Bool) throws -> Way {
        let canBeCloned = primary.report.map { report.version.canBeCloned(from: $0.version) } ?? false
        switch method {
        case .dump: return .dump
        case .auto: return canBeCloned && !hasOtherEngines ? .clone : .dump
        case .clone:
            guard canBeCloned else {
                throw ModuleFailure(
                    "only servers of one series can be cloned, before 8.0.37 only equal ones: mysql_seed dump")
            }
            guard !hasOtherEngines else {
                throw ModuleFailure(
                    "\(primary.name) has tables that are not InnoDB's, which clone leaves empty: mysql_seed dump")
            }
            return .clone
        }
    }
}
