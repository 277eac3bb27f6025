package import MariaDB

/// `MySql`: the pair of servers, and how to sign in to either.
package struct DatabaseSettings: Sendable, Decodable {
    package var hosts: [ServerAddress]
    package var login: MySQLSettings
    /// Connections that a service keeps for its statements.
    package var connections = 4
    /// How long one request may look for a writable server and try again, altogether.
    package var deadline: Duration = .seconds(8)

    private enum Key: String, CodingKey, CaseIterable {
        case hosts = "Hosts"
        case database = "Database"
        case user = "User"
        case password = "Password"
        case tls = "Tls"
        case connectSeconds = "ConnectTimeoutSeconds"
        case transferSeconds = "ReadTimeoutSeconds"
        case connections = "Connections"
        case deadline = "DeadlineSeconds"
    }

    package init(hosts: [ServerAddress], login: MySQLSettings) {
        self.hosts = hosts
        self.login = login
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.settings(Key.self)
        hosts = try values.addresses(.hosts, defaultPort: 3306)
        login = MySQLSettings(
            database: try values.decode(String.self, forKey: .database),
            user: try values.decode(String.self, forKey: .user),
            password: try values.decode(Password.self, forKey: .password).text,
            tls: try values.decodeIfPresent(TLSSetting.self, forKey: .tls)?.tls ?? .required,
            connectSeconds: UInt32(try values.number(.connectSeconds, default: 2, in: 1...60)),
            transferSeconds: UInt32(try values.number(.transferSeconds, default: 5, in: 1...3600)))
        connections = try values.number(.connections, default: 4, in: 1...100)
        deadline = try values.seconds(.deadline, default: 8, in: 0.1...120)
    }
}

/// `Tls`: `{"Mode": "required" | "off", "CaFile": null | "/path"}`; with a CA the server's certificate is verified.
private struct TLSSetting: Decodable {
    let tls: MySQLSettings.TLS

    private enum Key: String, CodingKey, CaseIterable {
        case mode = "Mode"
        case caFile = "CaFile"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.settings(Key.self)
        let caFile = try values.decodeIfPresent(String.self, forKey: .caFile)
        switch (try values.value(.mode, default: "required"), caFile) {
        case ("off", nil): tls = .off
        case ("required", nil): tls = .required
        case ("required", let file?): tls = .verified(caFile: file)
        case ("off", _): throw UnusableSetting(path: decoder.codingPath, reason: "has a CaFile, but Mode is off")
        default: throw UnusableSetting(path: decoder.codingPath + [Key.mode], reason: "must be 'required' or 'off'")
        }
    }
}
