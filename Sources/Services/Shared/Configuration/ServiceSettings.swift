/// `Service`: how every service listens.
package struct ServiceSettings: Sendable, Decodable {
    package var bind = "0.0.0.0"
    /// How long an idle connection stays open; above the minute that Nginx keeps its own.
    package var keepAlive: Duration = .seconds(75)

    private enum Key: String, CodingKey, CaseIterable {
        case bind = "Bind"
        case keepAlive = "KeepAliveSeconds"
    }

    package init() {}

    package init(from decoder: any Decoder) throws {
        let values = try decoder.settings(Key.self)
        bind = try values.value(.bind, default: bind)
        keepAlive = try values.seconds(.keepAlive, default: 75, in: 1...3600)
    }
}

/// `Services`: `{"gateway": {"Port": 5000}, …}`.
struct ServicePorts: Decodable {
    var ports: [ServiceName: Int] = [:]

    private struct Entry: Decodable {
        let port: Int

        enum Key: String, CodingKey, CaseIterable { case port = "Port" }

        init(from decoder: any Decoder) throws {
            let values = try decoder.settings(Key.self)
            _ = try values.decode(Int.self, forKey: .port)
            port = try values.number(.port, default: 0, in: 1...65535)
        }
    }

    init(from decoder: any Decoder) throws {
        for (service, entry) in try decoder.valuesByService(of: Entry.self) { ports[service] = entry.port }
    }
}

extension Decoder {
    /// An object whose keys are names of services.
    func valuesByService<Value: Decodable>(of type: Value.Type) throws -> [ServiceName: Value] {
        let values = try container(keyedBy: AnySettingsKey.self)
        var found: [ServiceName: Value] = [:]
        for key in values.allKeys {
            guard let service = ServiceName(rawValue: key.stringValue) else {
                throw UnknownSettingsKey(path: codingPath + [key], known: ServiceName.allCases.map(\.rawValue))
            }
            found[service] = try values.decode(type, forKey: key)
        }
        return found
    }
}

/// `Shutdown`: what happens between SIGTERM and the end of the process.
package struct ShutdownSettings: Sendable, Decodable {
    /// How long requests are still taken, each answered with `Connection: close`, before the port is closed.
    package var linger: Duration = .milliseconds(500)
    /// After this the process ends, whatever is still in flight.
    package var timeout: Duration = .seconds(25)

    private enum Key: String, CodingKey, CaseIterable {
        case linger = "LingerSeconds"
        case timeout = "TimeoutSeconds"
    }

    package init() {}

    package init(from decoder: any Decoder) throws {
        let values = try decoder.settings(Key.self)
        linger = try values.seconds(.linger, default: 0.5, in: 0...60)
        timeout = try values.seconds(.timeout, default: 25, in: 1...600)
    }
}

/// `Probes`: rows that prove a rollout or a failover lost nothing; off unless switched on.
package struct ProbeSettings: Sendable, Decodable {
    package var enabled = false

    private enum Key: String, CodingKey, CaseIterable { case enabled = "Enabled" }

    package init() {}

    package init(from decoder: any Decoder) throws {
        enabled = try decoder.settings(Key.self).value(.enabled, default: enabled)
    }
}

/// `Release`: the file that names the release, beside the program.
package struct ReleaseSettings: Sendable, Decodable {
    package var file = "/app/intchain/current/RELEASE"

    private enum Key: String, CodingKey, CaseIterable { case file = "File" }

    package init() {}

    package init(from decoder: any Decoder) throws {
        file = try decoder.settings(Key.self).value(.file, default: file)
    }
}
