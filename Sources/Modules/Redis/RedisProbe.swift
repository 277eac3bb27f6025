package import Remote

/// A Redis server's place in its replication, and whether it holds keys.
package struct RedisProbe: Probe {
    package var login: RedisLogin

    package enum Finding: Hashable, Sendable {
        case primary(replicas: [String], isBlank: Bool)
        case replica(of: String, port: Int, isLinked: Bool)
        /// Nothing answered, or the password was refused.
        case silent(String)
    }

    private static let commands = [["ECHO", "replication"], ["INFO", "replication"], ["INFO", "keyspace"]]

    package static func shell(for probes: [Self]) -> Shell {
        .lines(
            probes.enumerated().map { index, probe in
                "\(probe.login.client(script: "\"$in\(index + 1)\"")) 2>&1 | tr -d '\\r' | sed 's/^/|/'; echo ="
            })
    }

    package static func inputs(for probes: [Self]) -> [[UInt8]] { probes.map { $0.login.script(commands) } }

    package static func parse(_ reply: Reply, for probes: [Self]) throws -> [Finding] {
        var answers: [[Substring]] = [[]]
        for line in reply.output.split(separator: "\n") {
            if line == "=" { answers.append([]) } else { answers[answers.count - 1].append(line.dropFirst()) }
        }
        guard answers.count == probes.count + 1 else {
            throw ModuleFailure("redis-cli: \(answers.count - 1) answers to \(probes.count) questions")
        }
        return answers.dropLast().map(finding)
    }

    private static func finding(_ lines: [Substring]) -> Finding {
        var values: [Substring: Substring] = [:]
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        switch values["role"] {
        case "master":
            let replicas = values.filter { $0.key.wholeMatch(of: /slave\d+/) != nil }.values.compactMap(address)
            let isBlank = !values.keys.contains { $0.wholeMatch(of: /db\d+/) != nil }
            return .primary(replicas: replicas.sorted(), isBlank: isBlank)
        case "slave":
            return .replica(
                of: String(values["master_host"] ?? ""), port: values["master_port"].flatMap { Int($0) } ?? 6379,
                isLinked: values["master_link_status"] == "up")
        default:
            let reason = lines.first { !$0.isEmpty && $0 != "OK" && $0 != "\"replication\"" }
            return .silent(String(reason ?? "no answer"))
        }
    }

    /// `ip=10.0.0.2,port=6379,state=online,…`.
    private static func address(_ value: Substring) -> String? {
        value.split(separator: ",").first { $0.hasPrefix("ip=") }.map { String($0.dropFirst(3)) }
    }
}

extension RedisProbe: CustomStringConvertible {
    package var description: String { "of Redis at \(login.address)" }
}
