/// What a database says of one migration it has had.
package struct AppliedMigration: Hashable, Sendable {
    package let version: Int
    package let checksum: String
    package let phase: Migration.Phase

    package init(version: Int, checksum: String, phase: Migration.Phase = .expand) {
        self.version = version
        self.checksum = checksum
        self.phase = phase
    }
}

/// Which files are still to be applied.
package struct MigrationPlan: Hashable, Sendable {
    package private(set) var pending: [PendingMigration]
    /// What is left for later because it takes something away.
    package private(set) var held: [Migration] = []
    /// The highest version that the database has; 0 for none.
    package let current: Int
    /// The highest version among those that took something away: releases that bring less can't live with the database.
    package let contracted: Int

    /// Compares the files with what the database has had. A database that is ahead of the files is fine: an older
    /// release was put back. A changed file, or one that was passed over, is refused, and one that is still to be applied
    /// when its statements may not do what they do.
    package init(
        files: [Migration], applied: [AppliedMigration], steps: [MigrationStep] = []
    ) throws(MigrationError) {
        let checksums = Dictionary(applied.map { ($0.version, $0.checksum) }) { first, _ in first }
        current = applied.map(\.version).max() ?? 0
        contracted = applied.filter { $0.phase == .contract }.map(\.version).max() ?? 0
        pending = []
        for file in files {
            guard let checksum = checksums[file.version] else {
                guard file.version > current else {
                    throw .skipped(file: file.file, current: Migration.number(current))
                }
                if let refusal = file.refusal { throw .badFile("\(file.file):\(refusal.line)", refusal.reason) }
                pending.append(try PendingMigration(file, steps: steps.filter { $0.id.version == file.version }))
                continue
            }
            guard checksum == file.checksum else { throw .changed(file: file.file) }
        }
    }

    /// Applies the rule for migrations that take something away: releases that are live must not miss it. What the live
    /// release brings itself it doesn't use, what was begun is finished, and a new database has nothing to lose.
    package func obeying(_ policy: ContractPolicy, liveLevel: Int?) throws(MigrationError) -> MigrationPlan {
        guard policy != .allow, current > 0 else { return self }
        let isForbidden = { (entry: PendingMigration) in
            entry.migration.phase == .contract && !entry.isBegun && entry.migration.version > (liveLevel ?? 0)
        }
        guard let index = pending.firstIndex(where: isForbidden) else { return self }
        let forbidden = pending[index].migration
        guard policy == .hold else { throw .contract(file: forbidden.file, liveLevel: liveLevel) }
        if let late = pending[index...].first(where: { $0.migration.phase == .expand }) {
            throw .heldBefore(file: late.migration.file, held: forbidden.file)
        }
        var plan = self
        plan.held = pending[index...].map(\.migration)
        plan.pending = Array(pending[..<index])
        return plan
    }
}
