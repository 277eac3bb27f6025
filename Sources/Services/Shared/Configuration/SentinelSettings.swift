/// `Redis.Sentinels`: who decides which Redis server takes the writes, where Sentinel does.
package struct SentinelSettings: Sendable, Decodable {
    package var hosts: [ServerAddress]
    /// Under which they watch the primary.
    package var name: String
    package var password: Password?

    private enum Key: String, CodingKey, CaseIterable {
        case hosts = "Hosts"
        case name = "Name"
        case password = "Password"
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.settings(Key.self)
        hosts = try values.addresses(.hosts, defaultPort: 26379)
        name = try values.decode(String.self, forKey: .name)
        password = try values.decodeIfPresent(Password.self, forKey: .password)
    }
}
