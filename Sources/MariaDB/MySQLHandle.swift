import CMariaDB

/// Owns one `MYSQL *`: connected by `init`, closed by `deinit`. Every call blocks; only `MySQLConnection` uses it, on
/// a thread of its own.
final class MySQLHandle {
    let pointer: UnsafeMutablePointer<MYSQL>
    let server: String

    /// The library's own set-up is not thread-safe; a static property's is.
    private static let library: Int32 = mysql_server_init(0, nil, nil)

    init(_ settings: MySQLSettings, host: String, port: UInt16) throws(MySQLError) {
        server = "\(host):\(port)"
        guard Self.library == 0, let pointer = mysql_init(nil) else {
            throw MySQLError(code: 2008, message: "the client library has no memory", phase: .connect, server: server)
        }
        self.pointer = pointer
        setOptions(settings)
        let connected = mysql_real_connect(
            pointer, host, settings.user, settings.password, settings.database, UInt32(port), nil, 0)
        if connected == nil { throw lastError(.connect) }
    }

    deinit { mysql_close(pointer) }

    /// Sends one statement as text; for statements without parameters, among them those that can't be prepared.
    func query(_ sql: String) throws(MySQLError) -> MySQLResult {
        guard mysql_real_query(pointer, sql, UInt(sql.utf8.count)) == 0 else { throw lastError(.execute) }
        guard let result = mysql_store_result(pointer) else {
            guard mysql_field_count(pointer) == 0 else { throw lastError(.execute) }
            return MySQLResult(affectedRows: mysql_affected_rows(pointer))
        }
        defer { mysql_free_result(result) }
        return MySQLResult(columns: columnNames(of: result), rows: textRows(of: result))
    }

    /// What the library has to say of its last call; read at once, on the same thread.
    func lastError(_ phase: MySQLError.Phase) -> MySQLError {
        MySQLError(
            code: mysql_errno(pointer), sqlState: String(cString: mysql_sqlstate(pointer)),
            message: String(cString: mysql_error(pointer)), phase: phase, server: server)
    }

    func columnNames(of result: UnsafeMutablePointer<MYSQL_RES>) -> [String] {
        guard let fields = mysql_fetch_fields(result) else { return [] }
        return (0..<Int(mysql_num_fields(result))).map { index in
            fields[index].name.map { String(cString: $0) } ?? ""
        }
    }

    private func textRows(of result: UnsafeMutablePointer<MYSQL_RES>) -> [[String?]] {
        let width = Int(mysql_num_fields(result))
        var rows: [[String?]] = []
        while let row = mysql_fetch_row(result), let lengths = mysql_fetch_lengths(result) {
            rows.append(
                (0..<width).map { column in
                    row[column].map { text in
                        String(
                            decoding: UnsafeRawBufferPointer(start: text, count: Int(lengths[column])), as: UTF8.self)
                    }
                })
        }
        return rows
    }
}
