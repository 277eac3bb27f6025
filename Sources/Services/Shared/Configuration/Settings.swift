/// What `appsettings.Production.json` says; the same file serves the gateway and all six services of a host.
package struct Settings: Sendable, Decodable {
    package var service = ServiceSettings()
    package var ports: [ServiceName: Int] = [:]
    package var gateway = GatewaySettings()
    package var mySQL: DatabaseSettings
    package var redis: RedisSettings
    package var probes = ProbeSettings()
    package var logging = LoggingSettings()
    package var release = ReleaseSettings()
    package var shutdown = ShutdownSettings()

    private enum Key: String, CodingKey, CaseIterable {
        case service = "Service"
        case services = "Services"
        case gateway = "Gateway"
        case mySQL = "MySql"
        case redis = "Redis"
        case probes = "Probes"
        case logging = "Logging"
        case release = "Release"
        case shutdown = "Shutdown"
    }

    package init(mySQL: DatabaseSettings, redis: RedisSettings) {
        self.mySQL = mySQL
        self.redis = redis
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.settings(Key.self)
        service = try values.value(.service, default: service)
        ports = try values.decodeIfPresent(ServicePorts.self, forKey: .services)?.ports ?? [:]
        gateway = try values.value(.gateway, default: gateway)
        mySQL = try values.decode(DatabaseSettings.self, forKey: .mySQL)
        redis = try values.decode(RedisSettings.self, forKey: .redis)
        probes = try values.value(.probes, default: probes)
        logging = try values.value(.logging, default: logging)
        release = try values.value(.release, default: release)
        shutdown = try values.value(.shutdown, default: shutdown)
    }

    /// The port of a service: the configured one, otherwise the plan's.
    package func port(of service: ServiceName) -> Int { ports[service] ?? service.plannedPort }

    /// Where the gateway finds a service: the configured address, otherwise this host.
    package func upstream(of service: ServiceName) -> String {
        gateway.upstreams[service] ?? "http://127.0.0.1:\(port(of: service))"
    }
}

/// What `migrate.json` says: the same `MySql` section, with the account that may change tables.
package struct MigrationSettings: Sendable, Decodable {
    package var mySQL: DatabaseSettings

    private enum Key: String, CodingKey, CaseIterable { case mySQL = "MySql" }

    package init(from decoder: any Decoder) throws {
        mySQL = try decoder.settings(Key.self).decode(DatabaseSettings.self, forKey: .mySQL)
    }
}
