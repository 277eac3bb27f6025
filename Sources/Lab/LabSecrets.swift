/// The passwords of one lab, made once for it and kept.
struct LabSecrets: Hashable, Codable {
    /// The sudo password of `ops`.
    var become: String
    /// By the inventory variable that carries it.
    var passwords: [String: String]

    /// The inventory variables that the site's playbooks read passwords from.
    static let variables = [
        "mysql_app_password", "mysql_backup_password", "mysql_migrate_password", "mysql_monitor_password",
        "mysql_replication_password", "redis_password",
    ]

    static func generated() -> LabSecrets {
        var secrets = LabSecrets(become: password(), passwords: [:])
        secrets.complete()
        return secrets
    }

    /// Adds the passwords that an older version of the tool did not know of.
    mutating func complete() {
        for variable in Self.variables where passwords[variable] == nil {
            passwords[variable] = Self.password()
        }
    }

    /// 28 letters and digits: 166 bits.
    private static func password() -> String {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        return String((0..<28).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] })
    }
}

extension LabSecrets: CustomStringConvertible {
    var description: String { "[lab passwords]" }
}
