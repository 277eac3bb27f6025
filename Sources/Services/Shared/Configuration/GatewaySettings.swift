/// `Gateway`: where the services are and how long it waits for them.
package struct GatewaySettings: Sendable, Decodable {
    /// Base addresses (`http://127.0.0.1:5001`) without a slash at the end.
    package var upstreams: [ServiceName: String] = [:]
    /// From the request to the head of its answer.
    package var timeout: Duration = .seconds(30)
    /// For a connection to a service; a refused one is tried again until then, so a restart is waited out.
    package var connectTimeout: Duration = .seconds(5)
    /// For each service's `/health`.
    package var healthTimeout: Duration = .seconds(2)

    private enum Key: String, CodingKey, CaseIterable {
        case upstreams = "Upstreams"
        case timeout = "TimeoutSeconds"
        case connectTimeout = "ConnectTimeoutSeconds"
        case healthTimeout = "HealthTimeoutSeconds"
    }

    private struct Upstreams: Decodable {
        let addresses: [ServiceName: String]

        init(from decoder: any Decoder) throws {
            addresses = try decoder.valuesByService(of: String.self)
            for (service, address) in addresses where !address.hasPrefix("http://") || address.hasSuffix("/") {
                throw UnusableSetting(
                    path: decoder.codingPath + [AnySettingsKey(stringValue: service.rawValue)],
                    reason: "must be like http://127.0.0.1:5001, without a slash at the end")
            }
        }
    }

    package init() {}

    package init(from decoder: any Decoder) throws {
        let values = try decoder.settings(Key.self)
        upstreams = try values.decodeIfPresent(Upstreams.self, forKey: .upstreams)?.addresses ?? [:]
        timeout = try values.seconds(.timeout, default: 30, in: 0.1...600)
        connectTimeout = try values.seconds(.connectTimeout, default: 5, in: 0.1...60)
        healthTimeout = try values.seconds(.healthTimeout, default: 2, in: 0.1...60)
    }
}
