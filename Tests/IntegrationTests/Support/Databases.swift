import Foundation
import Testing
import YAML

/// Faults of the database servers, and what is known of them afterwards.
enum Databases {
    static func switchOver(to host: String) async throws {
        let outcome = try await TestLab.tool("failover", "db", "--planned", "--yes", "--to", host)
        #expect(outcome.code == 0, "\(outcome.text)")
    }

    /// Makes db2 the replica, where the backups are written.
    static func settle() async throws {
        if try await DatabaseRoles().primary != "db1" { try await switchOver(to: "db1") }
    }

    static func rejoin(_ host: String) async throws {
        let outcome = try await TestLab.tool("db", "rejoin", host, more: ["--yes"])
        #expect(outcome.code == 0, "\(outcome.text)")
    }

    static func expectHealthy() async throws {
        var last: Outcome?
        let healthy = try await eventually(within: .seconds(60), every: .seconds(1)) {
            last = try await TestLab.tool("db", "status")
            return last?.code == 0
        }
        #expect(healthy != nil, "\(last?.text ?? "")")
    }

    /// Those that take writes, by their own word.
    static func writers() async throws -> [String] {
        var writers: [String] = []
        for host in ["db1", "db2"]
        where try await TestLab.shell(host, "mysql -N -e 'SELECT @@read_only'").output == "0\n" {
            writers.append(host)
        }
        return writers
    }

    static func redisPrimary() async throws -> String {
        var primaries: [String] = []
        for host in ["redis1", "redis2"]
        where try await TestLab.shell(host, Redis.command("ROLE")).output.hasPrefix("master") { primaries.append(host) }
        return try #require(primaries.count == 1 ? primaries.first : nil, "\(primaries) are primaries of Redis")
    }

    static func address(_ host: String) async throws -> String {
        let shown = try await TestLab.tool("inventory", "show", host, more: ["--output", "json"])
        return try #require(try shown.document()["ansible_host"]?.string)
    }

    /// Kills a server at once, and keeps systemd from starting it again.
    static func kill(_ host: String, unit: String = "mysql") async throws {
        let drop = "/run/systemd/system/\(unit).service.d"
        try await TestLab.run(
            host,
            """
            mkdir -p \(drop); printf '[Service]\\nRestart=no\\n' >\(drop)/test.conf; systemctl daemon-reload
            systemctl kill -s KILL \(unit)
            while systemctl is-active -q \(unit); do sleep 0.05; done
            rm -r \(drop); systemctl daemon-reload
            """)
        #expect(try await TestLab.shell(host, "systemctl is-active \(unit)").output == "failed\n")
    }

    /// Drops all packets between a host and an address, and sees that none comes through; nil: and everybody.
    static func cut(_ host: String, from address: String?) async throws {
        let (source, target) = address.map { ("ip saddr \($0)", "ip daddr \($0)") } ?? ("", "")
        let knock = address.map { "! timeout 1 bash -c ': </dev/tcp/\($0)/22' 2>/dev/null" } ?? ":"
        try await TestLab.run(
            host,
            """
            nft 'table inet test_cut {
            chain in { type filter hook input priority -50; policy accept; \(source) counter drop; }
            chain out { type filter hook output priority -50; policy accept; \(target) counter drop; }
            }'
            \(knock)
            """)
    }

    static func heal(_ host: String) async throws {
        let counted = try await TestLab.run(host, "nft list table inet test_cut; nft delete table inet test_cut")
        #expect(counted.contains(/packets [1-9]/), "nothing was dropped: \(counted)")
    }
}
