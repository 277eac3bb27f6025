/// What a statement gave back: rows as text, or the number of rows it changed.
package struct MySQLResult: Hashable, Sendable {
    package var columns: [String]
    package var rows: [[String?]]
    package var affectedRows: UInt64

    package init(columns: [String] = [], rows: [[String?]] = [], affectedRows: UInt64 = 0) {
        self.columns = columns
        self.rows = rows
        self.affectedRows = affectedRows
    }

    /// The first column of the first row; nil when there is no row or the value is NULL.
    package var scalar: String? { rows.first?.first ?? nil }
}

/// A parameter of a prepared statement.
package enum MySQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
}
