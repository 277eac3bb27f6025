import MariaDB

/// Brings the database of a pair up to a release's migrations, on its primary, under a lock.
package struct Migrator: Sendable {
    private let database: DatabaseSettings
    private let migrations: [Migration]
    private let options: MigrationOptions
    private let report: @Sendable (MigrationReport) -> Void

    package init(
        database: DatabaseSettings, migrations: [Migration], options: MigrationOptions = MigrationOptions(),
        report: @escaping @Sendable (MigrationReport) -> Void
    ) {
        self.database = database
        self.migrations = migrations
        self.options = options
        self.report = report
    }

    /// Applies what is pending, in order, and goes on where an earlier run ended; stops at the first failure. Throws
    /// `MigrationError`.
    package func apply() async throws(MigrationError) {
        let session = try await MigrationSession.onPrimary(of: database)
        try await session.lock(patience: options.patience)
        try await session.createRecords()
        let plan = try await plan(in: session)
        var run = MigrationRun(session: session, plan: plan, options: options, report: report)
        try await run.apply()
        let level = plan.pending.last?.migration.version ?? plan.current
        let contracted = plan.pending.last { $0.migration.phase == .contract }?.migration.version ?? plan.contracted
        report(
            .end(
                applied: plan.pending.count, level: level, contracted: contracted, pending: [],
                held: plan.held.map(\.file)))
    }

    /// Says what `apply` would do; changes nothing and needs no lock.
    package func plan() async throws(MigrationError) {
        let plan = try await plan(in: try await MigrationSession.onPrimary(of: database))
        for entry in plan.pending {
            report(.file(entry.migration, status: "pending", milliseconds: nil))
            for number in 1...entry.migration.statements.count {
                let status =
                    switch number {
                    case _ where entry.done.contains(number): "done"
                    case entry.interrupted?.id.statement: "interrupted"
                    default: "pending"
                    }
                report(
                    .statement(
                        MigrationPosition(migration: entry.migration, statement: number), status: status,
                        milliseconds: nil))
            }
        }
        for migration in plan.held { report(.file(migration, status: "held", milliseconds: nil)) }
        report(
            .end(
                applied: 0, level: plan.current, contracted: plan.contracted,
                pending: plan.pending.map(\.migration.file), held: plan.held.map(\.file)))
    }

    private func plan(in session: MigrationSession) async throws(MigrationError) -> MigrationPlan {
        try MigrationPlan(files: migrations, applied: try await session.applied(), steps: try await session.steps())
            .obeying(options.contract, liveLevel: options.liveLevel)
    }
}
