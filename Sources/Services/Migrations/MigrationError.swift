package import MariaDB

/// Why migrations were not applied, or not all.
package enum MigrationError: Error, Hashable, Sendable {
    case badDirectory(String, String)
    case badFile(String, String)
    /// The file is not what it was when it was applied.
    case changed(file: String)
    /// A statement took effect, or may have, and stands otherwise in the file now.
    case changedUnderWay(file: String, statement: Int, isDone: Bool)
    /// The database has a later migration but not this one.
    case skipped(file: String, current: String)
    /// It takes something away that the live release may use.
    case contract(file: String, liveLevel: Int?)
    /// A migration that adds comes after one that is held back.
    case heldBefore(file: String, held: String)
    case noPrimary([String])
    case locked(server: String, seconds: Int64, holder: String?)
    /// An interrupted statement may have taken effect or not, and information_schema doesn't show it; with the reason,
    /// where it should.
    case undecided(MigrationPosition, String?)
    /// The server refused the statement, which took no effect.
    case failed(MigrationPosition, MySQLError, blockers: [String], MigrationProgress)
    /// The statement took effect, but the note of that could not be written.
    case unnoted(MigrationPosition, MySQLError, MigrationProgress)
    /// The connection ended while the statement ran.
    case cutOff(MigrationPosition, MySQLError, MigrationProgress)
    case database(MySQLError)

    /// Whether the files are to blame, rather than the database.
    package var isBadInput: Bool {
        switch self {
        case .badDirectory, .badFile, .changed, .changedUnderWay, .skipped, .heldBefore: true
        default: false
        }
    }
}

/// Where in the files a run has come to.
package struct MigrationPosition: Hashable, Sendable {
    package let migration: Migration
    /// From 1.
    package let statement: Int

    var id: StatementID { StatementID(version: migration.version, statement: statement) }
    var sql: SQLStatement { migration.statements[statement - 1] }
}

extension MigrationPosition: CustomStringConvertible {
    package var description: String {
        "\(migration.file):\(sql.line): statement \(statement) of \(migration.statements.count)"
    }
}

/// What a run had done when it ended, and what it had not.
package struct MigrationProgress: Hashable, Sendable {
    /// Files that were applied whole.
    package var applied: [String]
    package var file: String
    /// Statements of the present file that took effect, in this run or before.
    package var done: Int
    /// The first of its statements that surely had no effect, and how many it has altogether.
    package var undone: Int
    package var statements: Int
    /// Files that nothing was done of.
    package var rest: [String]
}

extension MigrationProgress: CustomStringConvertible {
    package var description: String {
        let had = applied + part(1, done)
        let hadNot = part(undone, statements) + rest
        return [("applied", had), ("not applied", hadNot)]
            .map { "  \($0): \($1.isEmpty ? "nothing" : $1.joined(separator: ", "))" }.joined(separator: "\n")
    }

    private func part(_ first: Int, _ last: Int) -> [String] {
        guard first <= last else { return [] }
        return [first == last ? "statement \(first) of \(file)" : "statements \(first) to \(last) of \(file)"]
    }
}

extension MigrationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .badDirectory(let directory, let reason): "\(directory): \(reason)"
        case .badFile(let file, let reason): "\(file): \(reason)"
        case .changed(let file):
            "\(file): was changed after it was applied; restore it, and put the change into a new file"
        case .changedUnderWay(let file, let statement, let isDone):
            "\(file): statement \(statement) \(isDone ? "took effect" : "was interrupted") in an earlier run and was "
                + "changed since; restore it, and change only what was not run yet"
        case .skipped(let file, let current):
            "\(file): was never applied, but the database is at \(current) already; give it the next number"
        case .contract(let file, let liveLevel):
            """
            \(file): takes something away, and the release that is live \(Self.live(liveLevel)): it may still use that
              roll out the code that stops using it first (--hold-contract leaves the file for afterwards), then \
            'intchainctl migrate' or the next deploy applies it; --allow-contract applies it now, and then neither the \
            live release nor a rollback to it can be relied on
            """
        case .heldBefore(let file, let held):
            "\(file): can't be applied before \(held), which is held back; give the one that takes away the last number"
        case .noPrimary(let reasons): "no MySQL server takes writes: \(reasons.joined(separator: "; "))"
        case .locked(let server, let seconds, let holder):
            "MySQL \(server): another migration is running\(holder.map { " (\($0))" } ?? ""); "
                + "waited \(seconds) seconds for its end"
        case .undecided(let position, let reason):
            """
            \(position) was interrupted, and information_schema can't tell whether it took effect\
            \(reason.map { " (\($0))" } ?? ""): \(position.sql.excerpt)
              find out, then run again with --resolve \(position.id)=done or --resolve \(position.id)=repeat
            """
        case .failed(let position, let error, let blockers, let progress):
            ([
                "\(position) failed\(position.sql.isAllOrNothing ? " and took no effect" : ""): "
                    + position.sql.excerpt,
                "  \(error)",
            ] + blockers.map { "  a lock is held by \($0)" } + [
                "\(progress)",
                "  the next run goes on at \(position.id), or behind it with --resolve \(position.id)=done",
            ])
            .joined(separator: "\n")
        case .unnoted(let position, let error, let progress):
            """
            \(position) took effect, but that could not be noted: \(position.sql.excerpt)
              \(error)
            \(progress)
              the next run finds that out; where it can't tell, it takes your word for it: --resolve \(position.id)=done
            """
        case .cutOff(let position, let error, let progress):
            """
            \(position): the connection ended while it ran: \(position.sql.excerpt)
              \(error)
            \(progress)
              whether this statement took effect is found out by the next run, which goes on from there
            """
        case .database(let error): "\(error)"
        }
    }

    private static func live(_ level: Int?) -> String {
        switch level {
        case nil: "doesn't say what it brings"
        case 0: "brings no migrations"
        case let level?: "brings migrations up to \(Migration.number(level)) only"
        }
    }
}
