import MariaDB

/// Works through a plan, statement by statement: each is noted before it is run and again after it.
struct MigrationRun {
    let session: MigrationSession
    let plan: MigrationPlan
    let options: MigrationOptions
    let report: @Sendable (MigrationReport) -> Void
    private var applied: [String] = []

    init(
        session: MigrationSession, plan: MigrationPlan, options: MigrationOptions,
        report: @escaping @Sendable (MigrationReport) -> Void
    ) {
        self.session = session
        self.plan = plan
        self.options = options
        self.report = report
    }

    mutating func apply() async throws(MigrationError) {
        for entry in plan.pending {
            let start = ContinuousClock.now
            try await session.asking { () throws(MySQLError) in
                try await session.limitLockWait(entry.migration.lockWait ?? options.lockWait)
            }
            var done = entry.done
            if let step = entry.interrupted, try await tookEffect(step, of: entry.migration) {
                done.insert(step.id.statement)
            }
            try await apply(entry.migration, except: done)
            let milliseconds = (ContinuousClock.now - start).milliseconds
            try await session.record(entry.migration, milliseconds)
            applied.append(entry.migration.file)
            report(.file(entry.migration, status: "applied", milliseconds: milliseconds))
        }
    }

    private func apply(_ migration: Migration, except done: Set<Int>) async throws(MigrationError) {
        for number in 1...migration.statements.count {
            let position = MigrationPosition(migration: migration, statement: number)
            let kind = position.sql.kind
            // A session's settings ended with the session that made them.
            guard kind == .session || !done.contains(number) else {
                report(.statement(position, status: "done before", milliseconds: nil))
                continue
            }
            report(.statement(position, status: "running", milliseconds: nil))
            let start = ContinuousClock.now
            do throws(MySQLError) {
                try await note(position, kind)
                try await perform(position, kind)
            } catch {
                throw await failure(position, error)
            }
            report(.statement(position, status: "done", milliseconds: (ContinuousClock.now - start).milliseconds))
        }
    }

    private func note(_ position: MigrationPosition, _ kind: StatementKind) async throws(MySQLError) {
        let schema = kind == .definition ? try await fingerprint() : nil
        try await session.begin(position, schema: schema)
    }

    /// Again and again while others hold a lock, with pauses in which those who wait behind can go on.
    private func perform(_ position: MigrationPosition, _ kind: StatementKind) async throws(MySQLError) {
        for attempt in 1...max(1, options.tries) {
            do throws(MySQLError) {
                return try await performOnce(position, kind)
            } catch {
                guard error.isLockWaitTimeout, attempt < options.tries else { throw error }
                report(.statement(position, status: "waiting for a lock", milliseconds: nil))
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Rows and the note of them are committed at once; a definition commits itself, and its note comes after it.
    private func performOnce(_ position: MigrationPosition, _ kind: StatementKind) async throws(MySQLError) {
        guard kind == .rows else {
            _ = try await session.run(position.sql.text)
            return try await session.end(position.id, .done)
        }
        _ = try await session.run("START TRANSACTION")
        do throws(MySQLError) {
            _ = try await session.run(position.sql.text)
            try await session.end(position.id, .done)
            _ = try await session.run("COMMIT")
        } catch {
            if !error.isConnectionLost { _ = try? await session.run("ROLLBACK") }
            throw error
        }
    }

    private func failure(_ position: MigrationPosition, _ error: MySQLError) async -> MigrationError {
        let progress = MigrationProgress(
            applied: applied, file: position.migration.file, done: position.statement - 1,
            undone: position.statement + (error.isConnectionLost ? 1 : 0),
            statements: position.migration.statements.count,
            rest: plan.pending.map(\.migration.file).filter { $0 > position.migration.file })
        guard !error.isConnectionLost else { return .cutOff(position, error, progress) }
        let blockers = error.isLockWaitTimeout ? await session.blockers() : []
        try? await session.end(position.id, .failed, note: "\(error)")
        return .failed(position, error, blockers: blockers, progress)
    }

    /// Whether the statement that an earlier run was interrupted in took effect. The lock is ours, so it has ended.
    private func tookEffect(_ step: MigrationStep, of migration: Migration) async throws(MigrationError) -> Bool {
        let position = MigrationPosition(migration: migration, statement: step.id.statement)
        let answer = try await decide(step, position)
        report(.statement(position, status: answer ? "had taken effect" : "had no effect", milliseconds: nil))
        if answer {
            try await session.asking { () throws(MySQLError) in
                try await session.end(step.id, .done, note: "interrupted; found to have taken effect")
            }
        }
        return answer
    }

    private func decide(_ step: MigrationStep, _ position: MigrationPosition) async throws(MigrationError) -> Bool {
        switch position.sql.kind {
        // Its note would have been committed with it.
        case .rows, .session, .repeatable, .control: return false
        case .definition:
            guard let before = step.schemaBefore else { break }
            return try await session.asking { () throws(MySQLError) in try await fingerprint() } != before
        case .opaque: break
        }
        guard let answer = options.resolutions[step.id] else { throw .undecided(position) }
        return answer
    }

    private func fingerprint() async throws(MySQLError) -> String {
        try await SchemaFingerprint.read { sql async throws(MySQLError) in try await session.run(sql) }
    }
}

extension MySQLError {
    /// A lock that others hold was not given in time (1205), or this side was chosen to end a deadlock (1213): the
    /// statement took no effect and may be tried again.
    var isLockWaitTimeout: Bool { code == 1205 || code == 1213 }
}
