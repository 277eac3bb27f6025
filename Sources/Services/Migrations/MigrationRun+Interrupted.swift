import MariaDB

/// What became of statements that earlier runs did not note the end of.
extension MigrationRun {
    /// The numbers of those that took effect all the same.
    func doneAfterAll(_ entry: PendingMigration) async throws(MigrationError) -> Set<Int> {
        var done: Set<Int> = []
        if let step = entry.interrupted, try await tookEffect(step, of: entry.migration) {
            done.insert(step.id.statement)
        }
        // What was noted as failed is run again, unless a person knows better.
        for id in entry.failed where options.resolutions[id] == true {
            try await noteDone(id, "noted as failed; resolved to have taken effect")
            done.insert(id.statement)
        }
        return done
    }

    /// Whether the statement that an earlier run was interrupted in took effect. The lock is ours, so it has ended.
    private func tookEffect(_ step: MigrationStep, of migration: Migration) async throws(MigrationError) -> Bool {
        let position = MigrationPosition(migration: migration, statement: step.id.statement)
        let outcome = try await outcome(step, position)
        let status =
            switch outcome {
            case .tookEffect: "had taken effect"
            case .hadNoEffect: "had no effect"
            case .isRepeated: "is run again"
            case .unclear(let reason): throw .undecided(position, reason.isEmpty ? nil : reason)
            }
        report(.statement(position, status: status, milliseconds: nil))
        guard outcome == .tookEffect else { return false }
        try await noteDone(step.id, "interrupted; found to have taken effect")
        return true
    }

    private func outcome(
        _ step: MigrationStep, _ position: MigrationPosition
    ) async throws(MigrationError) -> InterruptedStatement {
        switch position.sql.kind {
        // Its note would have been committed with it.
        case .rows: return .hadNoEffect
        case .session, .repeatable, .control: return .isRepeated
        case .definition, .opaque: break
        }
        if let answer = options.resolutions[step.id] { return answer ? .tookEffect : .hadNoEffect }
        guard let effect = DefinitionEffect(position.sql.words) else { return .unclear("") }
        let schema = try await session.asking { () throws(MySQLError) in try await readSchema() }
        return .judged(effect, noted: step.schemaBefore, now: schema)
    }

    private func noteDone(_ id: StatementID, _ note: String) async throws(MigrationError) {
        try await session.asking { () throws(MySQLError) in try await session.end(id, .done, note: note) }
    }

    /// What is noted before a statement that changes definitions.
    func fingerprint(_ position: MigrationPosition) async throws(MySQLError) -> String? {
        guard let effect = DefinitionEffect(position.sql.words) else { return nil }
        return SchemaFingerprint(try await readSchema(), of: effect).text
    }

    private func readSchema() async throws(MySQLError) -> Schema {
        try await Schema.read { sql async throws(MySQLError) in try await session.run(sql) }
    }
}
