package import MariaDB
import Synchronization

/// Runs a statement on a named server.
package protocol StatementRunner: Sendable {
    /// Throws `MySQLError`, which says whether the statement may have taken effect.
    func run(_ sql: String, _ parameters: [MySQLValue], on server: ServerAddress) async throws(MySQLError)
        -> MySQLResult
}

/// A few connections, used in turn.
package final class ConnectionPool: StatementRunner {
    private let connections: [MySQLConnection]
    private let next = Atomic<Int>(0)

    package init(_ login: MySQLSettings, count: Int) {
        connections = (0..<count).map { _ in MySQLConnection(login) }
    }

    package func run(
        _ sql: String, _ parameters: [MySQLValue], on server: ServerAddress
    ) async throws(MySQLError) -> MySQLResult {
        let turn = next.wrappingAdd(1, ordering: .relaxed).oldValue
        let connection = connections[Int(UInt(bitPattern: turn) % UInt(connections.count))]
        return try await connection.run(sql, parameters, host: server.host, port: server.port)
    }
}
