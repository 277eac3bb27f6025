/// An account's two names: `'intchain'@'10.0.0.%'`.
struct MySQLAccount: Hashable, Sendable, CustomStringConvertible {
    var user: String
    var host: String

    var sql: SQL { "\(user)@\(host)" }
    var description: String { "'\(user)'@'\(host)'" }

    /// What CURRENT_USER() says of a session of this account.
    var currentUser: String { "\(user)@\(host)" }
}
