/// `Redis`: the pair of servers, and how to sign in to either.
package struct RedisSettings: Sendable, Decodable {
    package var hosts: [ServerAddress]
    /// Nil means the default user.
    package var user: String?
    package var password: Password?
    /// Nil where the servers' own word is enough.
    package var sentinels: SentinelSettings?
    /// For connecting and for each command's answer.
    package var timeout: Duration = .seconds(2)
    /// How long one request may look for the master and try again, altogether.
    package var deadline: Duration = .seconds(8)

    private enum Key: String, CodingKey, CaseIterable {
        case hosts = "Hosts"
        case user = "User"
        case password = "Password"
        case sentinels = "Sentinels"
        case timeout = "TimeoutSeconds"
        case deadline = "DeadlineSeconds"
    }

    package init(hosts: [ServerAddress], password: Password? = nil) {
        self.hosts = hosts
        self.password = password
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.settings(Key.self)
        hosts = try values.addresses(.hosts, defaultPort: 6379)
        user = try values.decodeIfPresent(String.self, forKey: .user)
        password = try values.decodeIfPresent(Password.self, forKey: .password)
        sentinels = try values.decodeIfPresent(SentinelSettings.self, forKey: .sentinels)
        timeout = try values.seconds(.timeout, default: 2, in: 0.1...60)
        deadline = try values.seconds(.deadline, default: 8, in: 0.1...120)
    }
}
