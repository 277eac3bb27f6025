import Foundation
import Testing

extension OnTheLab {
    /// Fault 26: everything that a replica and the primary say to each other, and all that it asks it for the tool, takes
    /// 200 ms each way.
    @Suite(.enabled(if: Soak.isOn, "takes minutes: scripts/test --soak"))
    struct SlowNetwork {
        @Test func aSlowNetworkIsNoDeathAndAPlannedFailoverLosesNothingOnIt() async throws {
            let roles = try await DatabaseRoles()
            let us = try await TestLab.run(roles.primary, "ip route | sed -n 's/^default via \\([^ ]*\\).*/\\1/p'")
            let history = try WriteHistory()
            let took = try await Self.slow(from: roles.replica, to: try await Databases.address(roles.primary)) {
                try await Databases.expectHealthy()
                let lived = try await TestLab.tool("failover", "db", "--yes", "--again")
                #expect(lived.code == 2 && lived.errors.contains("is not dead"), "\(lived.text)")
                // Now the slow replica is the only one who can tell.
                try await Databases.cut(roles.primary, from: us)
                let blind = try await TestLab.tool("failover", "db", "--yes", "--again")
                try await Databases.heal(roles.primary)
                #expect(blind.code == 2, "\(blind.text)")
                #expect(try await Databases.writers() == [roles.primary])
                try await history.during { try await Databases.switchOver(to: roles.replica) }
                return history.longestGap
            }
            #expect(try await Databases.writers() == [roles.replica])
            #expect(try await history.expectNoPhantom(on: roles.replica).isEmpty)
            print("a planned failover to a replica that is 200 ms away: 0 lost, longest gap \(took)")
            try await Databases.expectHealthy()
            try await Databases.switchOver(to: roles.primary)
            try await Databases.expectHealthy()
        }

        /// Sends a host's connections to an address through a proxy in the host's own network, that holds each byte back.
        private static func slow<Result: Sendable>(
            from host: String, to address: String, _ work: () async throws -> Result
        ) async throws -> Result {
            let end = Gate()
            async let proxy = Program.run(
                TestLab.asRoot([
                    "ip", "netns", "exec", "intchain.\(TestLab.name).\(host)", "python3",
                    Project.path("Tests/IntegrationTests/Load/slow-proxy.py"), "200", "13306", "\(address):3306",
                ]), until: end)
            let outcome: Swift.Result<Result, any Error>
            do {
                let listens = try await eventually(within: .seconds(10)) {
                    try await TestLab.run(host, "ss -Hltn sport = :13306") != ""
                }
                try #require(listens != nil, "the proxy did not start")
                try await redirect(host, address)
                outcome = .success(try await work())
            } catch {
                outcome = .failure(error)
            }
            _ = try await TestLab.shell(host, "nft delete table ip test_slow")
            end.open()
            let said = try await proxy
            #expect(said.output.contains(/[1-9][0-9]* bytes were held back/), "\(said.text)")
            return try outcome.get()
        }

        /// What the proxy itself sends has a mark. Connections that stand are cut, so that none goes by it.
        private static func redirect(_ host: String, _ address: String) async throws {
            try await TestLab.run(
                host,
                """
                nft 'table ip test_slow { chain out { type nat hook output priority -100; \
                meta mark != 77 ip daddr \(address) tcp dport 3306 redirect to :13306; }; }'
                ss -K dst \(address) dport = :3306 >/dev/null 2>&1 || true
                mysql -e 'STOP REPLICA IO_THREAD; START REPLICA IO_THREAD'
                """)
        }
    }
}
