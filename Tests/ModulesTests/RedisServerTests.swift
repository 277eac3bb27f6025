import Remote
import Testing
import YAML

@testable import Modules

/// On two real servers: INTCHAIN_TEST_REDIS and INTCHAIN_TEST_REDIS_PEER run `sh` as root on them,
/// INTCHAIN_TEST_REDIS_ADDRESSES holds their addresses and then the password. Their keys are deleted.
@Suite(
    .enabled(if: ServerShell(environment: "INTCHAIN_TEST_REDIS_PEER") != nil, "INTCHAIN_TEST_REDIS_PEER names no host"),
    .serialized)
struct RedisServerTests {
    private let hosts: [String: ServerShell]
    private let settings: [String]

    init() throws {
        hosts = [
            "redis1": try #require(ServerShell(environment: "INTCHAIN_TEST_REDIS")),
            "redis2": try #require(ServerShell(environment: "INTCHAIN_TEST_REDIS_PEER")),
        ]
        settings = try #require(ServerShell(environment: "INTCHAIN_TEST_REDIS_ADDRESSES")).prefix
    }

    private func redis(_ command: String, on host: String) throws -> String {
        try #require(hosts[host]).text("printf 'AUTH %s\\n%s\\n' \(settings[2]) '\(command)' | redis-cli | tail -n +2")
    }

    private func converge(_ host: String) throws -> [String] {
        let module = try Make.module(
            RedisMemberModule.self,
            [
                "name": .string(host), "birth_primary": "redis1", "timeout": 10, "password": .string(settings[2]),
                "peers": [
                    ["name": "redis1", "address": .string(settings[0])],
                    ["name": "redis2", "address": .string(settings[1])],
                ],
            ])
        return try #require(hosts[host]).converge(module)
    }

    @Test func isBornOnceAndIsNeverChangedByProvisioning() throws {
        for host in hosts.keys {
            _ = try redis("REPLICAOF NO ONE", on: host)
            _ = try redis("FLUSHALL", on: host)
            _ = try hosts[host]?.text(": >/etc/redis/intchain-role.conf")
        }
        #expect(try converge("redis1") == ["record it as the first primary"])
        #expect(try converge("redis2") == ["replicate from redis1"])
        for host in hosts.keys { #expect(try converge(host).isEmpty) }
        _ = try redis("SET member yes", on: "redis1")
        _ = try hosts["redis2"]?.text("sleep 1; systemctl restart redis-server; sleep 2")
        #expect(try redis("GET member", on: "redis2").hasSuffix("yes"))
        #expect(try hosts["redis2"]?.text("stat -c '%U %a' /etc/redis/intchain-role.conf") == "redis 640")

        // A failover by hand.
        _ = try redis("REPLICAOF NO ONE", on: "redis2")
        _ = try redis("REPLICAOF \(settings[1]) 6379", on: "redis1")
        _ = try hosts["redis2"]?.text("echo '# primary' >/etc/redis/intchain-role.conf")
        _ = try hosts["redis1"]?.text("echo 'replicaof \(settings[1]) 6379' >/etc/redis/intchain-role.conf")
        for host in hosts.keys { #expect(try converge(host).isEmpty) }
        #expect(try redis("ROLE", on: "redis2").hasPrefix("master"))

        // A host whose role was lost joins the one that holds the data.
        _ = try hosts["redis1"]?.text(": >/etc/redis/intchain-role.conf")
        #expect(try converge("redis1") == ["replicate from redis2"])
    }
}
