package import Remote

/// Where a replica gets its transactions from.
package struct ReplicationSource: Hashable, Sendable {
    package var address: String
    package var port: Int
    package var user: String
    package var password: Secret
    package var authorityFile: String?

    package init(
        address: String, port: Int = 3306, user: String, password: Secret, authorityFile: String? = nil
    ) {
        self.address = address
        self.port = port
        self.user = user
        self.password = password
        self.authorityFile = authorityFile
    }

    /// `CHANGE REPLICATION SOURCE TO …` with GTID positions and TLS. The heartbeat and retry figures make a silent
    /// source known within ten seconds and a returning one found within five.
    package func change(_ dialect: MySQLDialect) -> SQL {
        var options: [SQL] = [
            "\(dialect.sourceOption("HOST"))=\(address)", "\(dialect.sourceOption("PORT"))=\(port)",
            "\(dialect.sourceOption("USER"))=\(user)", "\(dialect.sourceOption("PASSWORD"))=\(password.reveal())",
            "\(dialect.sourceOption("AUTO_POSITION"))=1", "\(dialect.sourceOption("SSL"))=1",
            "\(dialect.getPublicKey)=1", "\(dialect.sourceOption("CONNECT_RETRY"))=5",
            "\(dialect.sourceOption("RETRY_COUNT"))=86400", "\(dialect.sourceOption("HEARTBEAT_PERIOD"))=2",
        ]
        if let authorityFile {
            options += [
                "\(dialect.sourceOption("SSL_CA"))=\(authorityFile)",
                "\(dialect.sourceOption("SSL_VERIFY_SERVER_CERT"))=1",
            ]
        }
        return "\(dialect.changeSource) \(SQL(verbatim: options.map(\.text).joined(separator: ", ")))"
    }
}

/// A server's replication as it is set up and as it runs: the default channel only.
struct ReplicationChannel: Hashable, Sendable {
    var address: String
    var port: Int
    var user: String
    /// `ON`, `OFF` or `CONNECTING`.
    var receiver: String
    /// `ON` or `OFF`.
    var applier: String
    var errors: [String]
    /// nil when the server does not tell.
    var passwordMatches: Bool?
    /// By which the source is verified, by its address too; nil when it is not.
    var authorityFile: String?

    /// All of it in one row; no row when the server replicates from nobody.
    static func question(password: Secret?) -> SQL {
        """
        SELECT c.host, c.port, c.user, COALESCE(s.service_state,'OFF'), COALESCE(a.service_state,'OFF'), \
        COALESCE(s.last_error_message,''), \
        COALESCE((SELECT MAX(w.last_error_message) FROM performance_schema.replication_applier_status_by_worker w \
        WHERE w.channel_name=''),''), \
        COALESCE((SELECT m.User_password=\(password?.reveal() ?? "") FROM mysql.slave_master_info m \
        WHERE m.Channel_name=''),-1), IF(c.ssl_verify_server_certificate='YES',c.ssl_ca_file,'') \
        FROM performance_schema.replication_connection_configuration c \
        LEFT JOIN performance_schema.replication_connection_status s USING(channel_name) \
        LEFT JOIN performance_schema.replication_applier_status a USING(channel_name) \
        WHERE c.channel_name='' AND c.host<>''
        """
    }

    /// - Returns: nil for no row.
    init?(_ row: [String]?) {
        guard let row, row.count == 9 else { return nil }
        address = row[0]
        port = Int(row[1]) ?? 3306
        user = row[2]
        receiver = row[3]
        applier = row[4]
        errors = [row[5], row[6]].filter { !$0.isEmpty }
        passwordMatches = row[7] == "-1" ? nil : row[7] == "1"
        authorityFile = row[8].isEmpty ? nil : row[8]
    }

    func leads(to source: ReplicationSource) -> Bool {
        address == source.address && port == source.port && user == source.user && passwordMatches != false
            && (source.authorityFile == nil || authorityFile == source.authorityFile)
    }

    /// A receiver that is connecting tries by itself; one that is off was stopped.
    var isStopped: Bool { receiver == "OFF" || applier == "OFF" }
}
