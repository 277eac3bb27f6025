package import MariaDB

/// The database as a service sees it: the writable server of the pair, wherever a failover moves it.
package struct WritableDatabase: Sendable {
    package let pair: ServerPair
    private let statements: any StatementRunner
    private let deadline: Duration

    /// - Parameter deadline: how long one call may look for a writable server and try again, altogether.
    package init(pair: ServerPair, statements: any StatementRunner, deadline: Duration) {
        self.pair = pair
        self.statements = statements
        self.deadline = deadline
    }

    /// Runs a statement that changes rows; returns when the server has committed it.
    ///
    /// It is tried again only when it surely took no effect: the server refused it as read-only, or the connection
    /// went before it was sent. Throws `DatabaseUnavailable` when that can't be known or time is up, and `MySQLError`
    /// for what the statement itself did wrong.
    package func write(_ sql: String, _ parameters: [MySQLValue]) async throws -> MySQLResult {
        try await run(sql, parameters, repeatable: false)
    }

    /// Runs a statement that only reads, on the writable server, so that it sees every committed row.
    package func read(_ sql: String, _ parameters: [MySQLValue]) async throws -> MySQLResult {
        try await run(sql, parameters, repeatable: true)
    }

    private func run(_ sql: String, _ parameters: [MySQLValue], repeatable: Bool) async throws -> MySQLResult {
        let end = ContinuousClock.now + deadline
        while true {
            let server = try await pair.writable(until: end)
            do {
                return try await statements.run(sql, parameters, on: server)
            } catch {
                guard error.isReadOnly || error.isConnectionLost else { throw error }
                await pair.distrust(server)
                if error.isIndeterminate, !repeatable { throw DatabaseUnavailable.indeterminate(error) }
                guard ContinuousClock.now < end else { throw DatabaseUnavailable.timeIsUp(error) }
            }
        }
    }
}

/// The database could not be used; the client may ask again.
package enum DatabaseUnavailable: Error, Hashable, Sendable {
    /// The connection went while the statement ran: it may or may not have been committed.
    case indeterminate(MySQLError)
    case timeIsUp(MySQLError)
}

extension DatabaseUnavailable: CustomStringConvertible {
    package var description: String {
        switch self {
        case .indeterminate(let error): "it is not known whether the row was committed: \(error)"
        case .timeIsUp(let error): "no server took the statement in time: \(error)"
        }
    }
}
