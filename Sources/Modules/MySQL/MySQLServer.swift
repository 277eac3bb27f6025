/// What is asked of each server before anything else: which version it is, and whether it takes writes.
package struct MySQLServer: Hashable, Sendable {
    var version: MySQLVersion
    var isReadOnly: Bool
    /// It has a source to replicate from.
    var isReplica: Bool

    /// Databases and accounts of a replica come from its primary: making them here would be refused, or diverge.
    var followsItsPrimary: Bool { isReadOnly && isReplica }

    static let question: SQL = """
        SELECT VERSION(), @@version_comment, @@global.read_only, \
        (SELECT COUNT(*) FROM performance_schema.replication_connection_configuration WHERE host<>'')
        """

    /// - Throws: `ModuleFailure` for a server that cannot be asked, or that is no MySQL.
    init(_ answer: SQLAnswer) throws {
        version = try Self.version(of: answer)
        let row = try answer.get().first ?? []
        guard row.count == 4 else { throw ModuleFailure("mysql: the server's answer cannot be read") }
        isReadOnly = row[2] == "1"
        isReplica = row[3] != "0"
    }

    /// The version of a server that answered `VERSION(), @@version_comment, …`.
    /// - Throws: `ModuleFailure` for a server that cannot be asked, or that is no MySQL of 8.0.23 or later.
    package static func version(of answer: SQLAnswer) throws -> MySQLVersion {
        let row = try answer.get().first ?? []
        let text = row.first ?? ""
        guard !row.joined(separator: " ").lowercased().contains("mariadb") else {
            throw ModuleFailure(
                "this server is MariaDB \(text): its replication and accounts work differently, only MySQL is supported"
            )
        }
        guard let version = MySQLVersion(text) else {
            throw ModuleFailure("mysql: '\(text)' is no version")
        }
        guard version >= MySQLVersion(8, 0, 23) else {
            throw ModuleFailure("this server is MySQL \(version), the oldest supported version is 8.0.23")
        }
        return version
    }
}
