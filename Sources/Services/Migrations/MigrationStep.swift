/// What a database has noted of one statement: written before the statement is run, and again after it.
package struct MigrationStep: Hashable, Sendable {
    package enum State: String, Sendable {
        /// Was to be run next; how it ended was not noted.
        case begun
        case done
        /// The server refused it, so it took no effect.
        case failed
    }

    package let id: StatementID
    /// SHA-256 of the statement's text, hexadecimal.
    package let checksum: String
    package let state: State
    /// The fingerprint of the definitions before the statement (`SchemaFingerprint`).
    package let schemaBefore: String?

    package init(id: StatementID, checksum: String, state: State, schemaBefore: String? = nil) {
        self.id = id
        self.checksum = checksum
        self.state = state
        self.schemaBefore = schemaBefore
    }
}

/// A migration that is to be applied, or to be finished.
package struct PendingMigration: Hashable, Sendable {
    package let migration: Migration
    /// The numbers of statements that took effect in an earlier run.
    package let done: Set<Int>
    /// The statement in which an earlier run was interrupted.
    package let interrupted: MigrationStep?
    /// Statements that are noted as failed, and stand in the file as they did then.
    package let failed: Set<StatementID>

    package var isBegun: Bool { !done.isEmpty || interrupted != nil }

    /// Compares what an earlier run noted with the file as it is now: what took effect must stand in it unchanged.
    init(_ migration: Migration, steps: [MigrationStep]) throws(MigrationError) {
        self.migration = migration
        for step in steps where step.state != .failed {
            let index = step.id.statement - 1
            guard index < migration.statements.count, migration.statements[index].checksum == step.checksum else {
                throw .changedUnderWay(file: migration.file, statement: step.id.statement, isDone: step.state == .done)
            }
        }
        done = Set(steps.filter { $0.state == .done }.map(\.id.statement))
        interrupted = steps.first { $0.state == .begun }
        failed = Set(
            steps.filter { step in
                step.state == .failed
                    && migration.statements.dropFirst(step.id.statement - 1).first?.checksum == step.checksum
            }.map(\.id))
    }
}
