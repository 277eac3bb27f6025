import CMariaDB

extension MySQLHandle {
    /// Prepares, binds, runs and closes one statement with `?` parameters.
    func execute(_ sql: String, _ parameters: [MySQLValue]) throws(MySQLError) -> MySQLResult {
        guard let statement = mysql_stmt_init(pointer) else { throw lastError(.prepare) }
        defer { mysql_stmt_close(statement) }
        guard mysql_stmt_prepare(statement, sql, UInt(sql.utf8.count)) == 0 else {
            throw lastError(of: statement, .prepare)
        }
        guard Int(mysql_stmt_param_count(statement)) == parameters.count else {
            throw MySQLError(
                code: 2031,
                message: "the statement has \(mysql_stmt_param_count(statement)) parameters, "
                    + "\(parameters.count) were given", phase: .prepare, server: server)
        }
        let bindings = ParameterBindings(parameters)
        guard mysql_stmt_bind_param(statement, bindings.pointer) == 0 else { throw lastError(of: statement, .prepare) }
        guard mysql_stmt_execute(statement) == 0 else { throw lastError(of: statement, .execute) }
        return try result(of: statement)
    }

    private func result(of statement: UnsafeMutablePointer<MYSQL_STMT>) throws(MySQLError) -> MySQLResult {
        guard let metadata = mysql_stmt_result_metadata(statement) else {
            return MySQLResult(affectedRows: mysql_stmt_affected_rows(statement))
        }
        defer { mysql_free_result(metadata) }
        var updateMaximum = my_bool(1)
        mysql_stmt_attr_set(statement, STMT_ATTR_UPDATE_MAX_LENGTH, &updateMaximum)
        guard mysql_stmt_store_result(statement) == 0 else { throw lastError(of: statement, .execute) }
        let columns = ColumnBuffers(metadata)
        guard mysql_stmt_bind_result(statement, columns.pointer) == 0 else {
            throw lastError(of: statement, .execute)
        }
        var rows: [[String?]] = []
        while mysql_stmt_fetch(statement) == 0 { rows.append(columns.row) }
        return MySQLResult(columns: columnNames(of: metadata), rows: rows)
    }

    private func lastError(
        of statement: UnsafeMutablePointer<MYSQL_STMT>, _ phase: MySQLError.Phase
    ) -> MySQLError {
        MySQLError(
            code: mysql_stmt_errno(statement), sqlState: String(cString: mysql_stmt_sqlstate(statement)),
            message: String(cString: mysql_stmt_error(statement)), phase: phase, server: server)
    }
}
