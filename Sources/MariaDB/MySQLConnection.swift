import BlockingIO

/// One connection on a thread of its own; it opens with the first statement and again after it was lost.
///
/// Statements queue in the actor's mailbox, so a few of these make a pool without leases.
package actor MySQLConnection {
    private let settings: MySQLSettings
    private let executor = BlockingExecutor(label: "mysql")
    private var handle: MySQLHandle?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init(_ settings: MySQLSettings) {
        self.settings = settings
    }

    /// Runs one statement on the given server, connecting to it first when the connection is to another or to none.
    ///
    /// Without parameters it goes as text, with them as a prepared statement. Throws `MySQLError`; a lost connection
    /// is dropped, so that the next call opens a new one.
    package func run(
        _ sql: String, _ parameters: [MySQLValue] = [], host: String, port: UInt16
    ) throws(MySQLError) -> MySQLResult {
        let handle = try connected(host: host, port: port)
        do {
            return parameters.isEmpty ? try handle.query(sql) : try handle.execute(sql, parameters)
        } catch {
            if error.isConnectionLost { self.handle = nil }
            throw error
        }
    }

    private func connected(host: String, port: UInt16) throws(MySQLError) -> MySQLHandle {
        if let handle, handle.server == "\(host):\(port)" { return handle }
        handle = nil
        let opened = try MySQLHandle(settings, host: host, port: port)
        handle = opened
        return opened
    }
}
