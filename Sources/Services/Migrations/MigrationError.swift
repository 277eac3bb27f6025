package import MariaDB

/// Why migrations were not applied, or not all.
package enum MigrationError: Error, Hashable, Sendable {
    case badDirectory(String, String)
    case badFile(String, String)
    /// The file is not what it was when it was applied.
    case changed(file: String)
    /// The database has a later migration but not this one.
    case skipped(file: String, current: String)
    case noPrimary([String])
    case locked(server: String, seconds: Int)
    case failed(file: String, statement: Int, of: Int, line: Int, MySQLError)
    case database(MySQLError)

    /// Whether the files are to blame, rather than the database.
    package var isBadInput: Bool {
        switch self {
        case .badDirectory, .badFile, .changed, .skipped: true
        default: false
        }
    }
}

extension MigrationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .badDirectory(let directory, let reason): "\(directory): \(reason)"
        case .badFile(let file, let reason): "\(file): \(reason)"
        case .changed(let file):
            "\(file): was changed after it was applied; restore it, and put the change into a new file"
        case .skipped(let file, let current):
            "\(file): was never applied, but the database is at \(current) already; give it the next number"
        case .noPrimary(let reasons): "no MySQL server takes writes: \(reasons.joined(separator: "; "))"
        case .locked(let server, let seconds):
            "MySQL \(server): another migration is running; waited \(seconds) seconds for it"
        case .failed(let file, let statement, let count, let line, let error):
            "\(file):\(line): statement \(statement) of \(count): \(error); those before it took effect"
        case .database(let error): "\(error)"
        }
    }
}
