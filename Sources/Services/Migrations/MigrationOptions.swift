/// What becomes of pending migrations that take something away.
package enum ContractPolicy: String, CaseIterable, Sendable {
    /// Nothing is applied at all while one of them is pending that the live release does not bring itself.
    case refuse
    /// They stay pending; those before them are applied.
    case hold
    case allow
}

/// How a run of migrations behaves.
package struct MigrationOptions: Sendable {
    package var contract = ContractPolicy.refuse
    /// The level that the live release brings: what it brings itself it can live with. nil when that is not known.
    package var liveLevel: Int?
    /// How long to wait for another run's end.
    package var patience: Duration = .seconds(30)
    /// How long a statement may wait for a lock that others hold. Whoever comes after it waits behind it, so this is
    /// how long a table may stand still.
    package var lockWait: Duration = .seconds(5)
    /// How often a statement that met a lock is tried.
    package var tries = 3
    /// What lies between two tries.
    package var pause: Duration = .seconds(1)
    /// What a person found out about interrupted statements.
    package var resolutions: [StatementID: Bool] = [:]

    package init() {}
}

/// A statement of a migration, written `0005.2`: the second one of the file 0005.
package struct StatementID: Hashable, Sendable {
    package let version: Int
    /// From 1.
    package let statement: Int

    package init(version: Int, statement: Int) {
        self.version = version
        self.statement = statement
    }

    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let version = Int(parts[0]), let statement = Int(parts[1]), version > 0, statement > 0
        else { return nil }
        self.init(version: version, statement: statement)
    }
}

extension StatementID: CustomStringConvertible {
    package var description: String { "\(Migration.number(version)).\(statement)" }
}
