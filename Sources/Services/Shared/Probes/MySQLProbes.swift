import MariaDB

/// Probes as rows of a service's own table, unique by id.
package struct MySQLProbes: ProbeStore {
    private let database: WritableDatabase
    private let insertion: String
    private let selection: String

    /// The table is `<service>_probes`.
    package init(_ database: WritableDatabase, of service: ServiceName) {
        self.database = database
        insertion = "INSERT INTO \(service.rawValue)_probes (id) VALUES (?)"
        selection = "SELECT created_at FROM \(service.rawValue)_probes WHERE id = ?"
    }

    /// Each statement is its own transaction, so the answer to the insert is the answer to its commit.
    package func insert(_ id: ProbeID) async throws -> Bool {
        do {
            _ = try await database.write(insertion, [.text(id.text)])
            return true
        } catch let error as MySQLError where error.isDuplicateKey {
            return false
        }
    }

    package func find(_ id: ProbeID) async throws -> String? {
        try await database.read(selection, [.text(id.text)]).scalar
    }
}
