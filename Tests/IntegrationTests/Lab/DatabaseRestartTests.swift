import Foundation
import Testing

extension OnTheLab {
    /// After the primary's MySQL or its whole host was away, the site takes writes again without anyone's help.
    @Suite struct DatabaseRestart {
        @Test func theSiteTakesWritesAgainAfterMySQLIsRestarted() async throws {
            let site = try await PublicSite()
            let roles = try await DatabaseRoles()
            let before = try await Self.processID(roles.primary)
            try await TestLab.run(roles.primary, "systemctl restart mysql")
            #expect(try await Self.processID(roles.primary) != before)

            let took = try await eventually(within: .seconds(60)) { try await site.takesWrites() }
            print("writes again after a restart of MySQL: \(took.map { "\($0)" } ?? "never")")
            #expect(took != nil)
            try await Self.expectTheSame(roles)
        }

        @Test func theSiteTakesWritesAgainAfterTheReplicaIsRestarted() async throws {
            let site = try await PublicSite()
            let roles = try await DatabaseRoles()
            try await TestLab.run(roles.replica, "systemctl restart mysql")
            let took = try await eventually(within: .seconds(60)) {
                try await TestLab.run(
                    roles.replica,
                    """
                    mysql -N -e "SELECT service_state FROM performance_schema.replication_connection_status
                    UNION ALL SELECT service_state FROM performance_schema.replication_applier_status"
                    """) == "ON\nON"
            }
            #expect(took != nil)
            #expect(try await site.takesWrites())
            try await Self.expectTheSame(roles)
        }

        @Test func theSiteTakesWritesAgainAfterThePrimarysHostReboots() async throws {
            let site = try await PublicSite()
            let roles = try await DatabaseRoles()
            let before = try await TestLab.run(roles.primary, "stat -c %Y /proc/1")
            let reboot = try await TestLab.lab("reboot", roles.primary)
            #expect(reboot.code == 0, "\(reboot.text)")
            #expect(try await TestLab.run(roles.primary, "stat -c %Y /proc/1") != before)

            let took = try await eventually(within: .seconds(120)) { try await site.takesWrites() }
            print("writes again after a reboot of the primary's host: \(took.map { "\($0)" } ?? "never")")
            #expect(took != nil)
            try await Self.expectTheSame(roles)
        }

        private static func processID(_ host: String) async throws -> String {
            try await TestLab.run(host, "systemctl show --property MainPID --value mysql")
        }

        /// The same primary as before, a replica that follows, and nothing for provisioning to change.
        private static func expectTheSame(_ roles: DatabaseRoles) async throws {
            let now = try await DatabaseRoles()
            #expect(now.primary == roles.primary)
            let healthy = try await eventually(within: .seconds(30)) { try await PublicSite().isHealthy() }
            #expect(healthy != nil)
            let again = try await TestLab.provision()
            #expect(again.code == 0, "\(again.text)")
            #expect(try again.changes() == TestLab.unchanged, "\(again.text)")
        }
    }
}
