/// An account's two names: `'intchain'@'10.0.0.%'`.
package struct MySQLAccount: Hashable, Sendable, CustomStringConvertible {
    package var user: String
    package var host: String

    package init(user: String, host: String) {
        self.user = user
        self.host = host
    }

    package var sql: SQL { "\(user)@\(host)" }
    package var description: String { "'\(user)'@'\(host)'" }

    /// What CURRENT_USER() says of a session of this account.
    var currentUser: String { "\(user)@\(host)" }
}
