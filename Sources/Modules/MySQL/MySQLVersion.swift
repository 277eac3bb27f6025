/// A MySQL server's version, compared number by number: after 9.7 come 26.7 and 26.10.
package struct MySQLVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let numbers: [Int]

    package init(_ numbers: Int...) {
        self.numbers = numbers
    }

    /// The leading numbers of `9.7.4-1`, `8.0.36-0ubuntu0.22.04.1`; nil when there are fewer than two.
    package init?(_ text: String) {
        let leading = text.prefix { $0.isNumber || $0 == "." }
        numbers = leading.split(separator: ".").compactMap { Int($0) }
        guard numbers.count >= 2 else { return nil }
    }

    package static func < (left: MySQLVersion, right: MySQLVersion) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }

    package var description: String { numbers.map(String.init).joined(separator: ".") }

    /// Clone copies between point releases of a series from 8.0.37 on, before that only between equal ones
    /// (MySQL's manual, "Cloning Remote Data").
    package func canBeCloned(from other: MySQLVersion) -> Bool {
        guard numbers.prefix(2) == other.numbers.prefix(2) else { return false }
        return numbers == other.numbers || min(self, other) >= MySQLVersion(8, 0, 37)
    }
}

/// The words that changed between versions.
package struct MySQLDialect: Hashable, Sendable {
    package var version: MySQLVersion

    package init(version: MySQLVersion) { self.version = version }

    /// `CHANGE REPLICATION SOURCE TO SOURCE_…` from 8.0.23.
    private var saysSource: Bool { version >= MySQLVersion(8, 0, 23) }
    /// `START REPLICA` from 8.0.22.
    private var saysReplica: Bool { version >= MySQLVersion(8, 0, 22) }

    package var changeSource: SQL { saysSource ? "CHANGE REPLICATION SOURCE TO" : "CHANGE MASTER TO" }
    package func sourceOption(_ name: String) -> SQL { SQL(verbatim: (saysSource ? "SOURCE_" : "MASTER_") + name) }
    package var getPublicKey: SQL { saysSource ? "GET_SOURCE_PUBLIC_KEY" : "GET_MASTER_PUBLIC_KEY" }
    /// `rpl_semi_sync_source_enabled` from 8.0.26.
    package var semisyncSource: SQL {
        version >= MySQLVersion(8, 0, 26) ? "rpl_semi_sync_source_enabled" : "rpl_semi_sync_master_enabled"
    }
    package var startReplica: SQL { saysReplica ? "START REPLICA" : "START SLAVE" }
    package var stopReplica: SQL { saysReplica ? "STOP REPLICA" : "STOP SLAVE" }
    package var resetReplicaAll: SQL { saysReplica ? "RESET REPLICA ALL" : "RESET SLAVE ALL" }
    package var disableOnReplica: SQL {
        version >= MySQLVersion(8, 2) ? "DISABLE ON REPLICA" : "DISABLE ON SLAVE"
    }
    var replicaStatus: SQL { saysReplica ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS" }
    var binaryLogStatus: SQL { version >= MySQLVersion(8, 2) ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS" }
    var resetBinaryLogs: SQL { version >= MySQLVersion(8, 2) ? "RESET BINARY LOGS AND GTIDS" : "RESET MASTER" }
}
