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
            let done = entry.done.union(try await doneAfterAll(entry))
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
            do throws(StatementFailure) {
                try await perform(position, kind)
            } catch {
                throw await failure(position, error)
            }
            report(.statement(position, status: "done", milliseconds: (ContinuousClock.now - start).milliseconds))
        }
    }

    /// Notes that it is run, runs it, and notes how it ended.
    private func perform(_ position: MigrationPosition, _ kind: StatementKind) async throws(StatementFailure) {
        do throws(MySQLError) {
            let schema = try await fingerprint(position)
            try await patiently(position) { () throws(MySQLError) in try await session.begin(position, schema: schema) }
            try await patiently(position, isTriedAgain: position.sql.isAllOrNothing) { () throws(MySQLError) in
                try await kind == .rows ? changeRows(position) : change(position)
            }
        } catch {
            throw StatementFailure(error: error, tookEffect: false)
        }
        guard kind != .rows else { return }
        do throws(MySQLError) {
            // The statement is not to be run again when only the note of it met a lock.
            try await patiently(position) { () throws(MySQLError) in try await session.end(position.id, .done) }
        } catch {
            throw StatementFailure(error: error, tookEffect: true)
        }
    }

    /// Again and again while others hold a lock, with pauses in which those who wait behind can go on.
    private func patiently(
        _ position: MigrationPosition, isTriedAgain: Bool = true, _ body: () async throws(MySQLError) -> Void
    ) async throws(MySQLError) {
        for attempt in 1...max(1, options.tries) {
            do throws(MySQLError) {
                return try await body()
            } catch {
                guard error.isLockWaitTimeout, isTriedAgain, attempt < options.tries else { throw error }
                report(.statement(position, status: "waiting for a lock", milliseconds: nil))
                try? await Task.sleep(for: options.pause)
            }
        }
    }

    private func change(_ position: MigrationPosition) async throws(MySQLError) {
        _ = try await session.run(position.sql.text)
    }

    /// Rows and the note of them are committed at once; a definition commits itself, and its note comes after it.
    private func changeRows(_ position: MigrationPosition) async throws(MySQLError) {
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

    private func failure(_ position: MigrationPosition, _ failure: StatementFailure) async -> MigrationError {
        let error = failure.error
        let done = position.statement - (failure.tookEffect ? 0 : 1)
        let progress = MigrationProgress(
            applied: applied, file: position.migration.file, done: done,
            undone: position.statement + (failure.tookEffect || error.isConnectionLost ? 1 : 0),
            statements: position.migration.statements.count,
            rest: plan.pending.map(\.migration.file).filter { $0 > position.migration.file })
        guard !failure.tookEffect else { return .unnoted(position, error, progress) }
        guard !error.isConnectionLost else { return .cutOff(position, error, progress) }
        let blockers = error.isLockWaitTimeout ? await session.blockers() : []
        try? await session.end(position.id, .failed, note: "\(error)")
        return .failed(position, error, blockers: blockers, progress)
    }
}

/// How a statement ended badly: it, or only the note of it.
private struct StatementFailure: Error {
    let error: MySQLError
    let tookEffect: Bool
}

extension MySQLError {
    /// A lock that others hold was not given in time (1205), or this side was chosen to end a deadlock (1213): the
    /// statement took no effect and may be tried again.
    var isLockWaitTimeout: Bool { code == 1205 || code == 1213 }
}
