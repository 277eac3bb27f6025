import Foundation
import Testing

extension OnTheLab {
    /// The primary's host has lost its power for good: the replica takes over, and a bare host takes the place that is
    /// empty.
    @Suite(.enabled(if: Soak.isOn, "takes minutes: scripts/test --soak"))
    struct ReplacedPrimary {
        @Test func aDeadPrimaryIsReplacedByABareHost() async throws {
            let roles = try await DatabaseRoles()
            try await Spare.boot()
            let history = try WriteHistory()
            try await history.during {
                try await TestLab.lab("kill", roles.primary)
                try #require(try await TestLab.shell(roles.primary, "true").code != 0, "it still has power")
                let early = try await Self.replace(roles.primary)
                #expect(early.code == 2 && early.text.contains("intchainctl failover db"), "\(early.text)")
                let failover = try await TestLab.tool("failover", "db", "--yes", "--again")
                #expect(failover.code == 0, "\(failover.text)")
                #expect(failover.errors.contains("writes may be lost"), "\(failover.errors)")
                let replaced = try await Self.replace(roles.primary)
                #expect(replaced.code == 0, "\(replaced.text)")
            }
            let lost = try await history.expectNoPhantom(on: roles.replica)
            print("\(lost.count) acknowledged writes lost with the dead primary")
            let wanted = try await Self.rows(roles.replica)
            #expect(try await Self.rows(Spare.name) == wanted)
            try await Self.bringBack(roles)
        }

        private static func replace(_ host: String) async throws -> Outcome {
            try await TestLab.tool("replace", host, "--with", Spare.name, "--yes", "--timeout", "3")
        }

        private static func rows(_ host: String) async throws -> String {
            var last = ""
            _ = try await eventually(within: .seconds(20)) {
                let now = try await TestLab.run(host, "mysql -N -e 'CHECKSUM TABLE intchain.user_probes'")
                defer { last = now }
                return now == last
            }
            return last
        }

        /// The site as it was: the inventory has never heard of the stand-in.
        private static func bringBack(_ roles: DatabaseRoles) async throws {
            try await TestLab.lab("stop", Spare.name)
            try await TestLab.lab("start", roles.primary)
            let up = try await eventually(within: .seconds(60)) {
                try await TestLab.run(roles.primary, "mysql -N -e 'SELECT @@read_only'") == "1"
            }
            #expect(up != nil, "the old primary came back writable, or not at all")
            // The firewalls know the stand-in in its place.
            let shutOut = try await TestLab.tool("db", "rejoin", roles.primary, "--yes", "--rebuild")
            #expect(shutOut.code == 2, "\(shutOut.text)")
            #expect(shutOut.text.contains("intchainctl apply playbooks/base.yml"), "\(shutOut.text)")
            let based = try await TestLab.tool("apply", "playbooks/base.yml")
            #expect(based.code == 0, "\(based.text)")
            let rejoined = try await TestLab.tool("db", "rejoin", roles.primary, "--yes", "--rebuild")
            #expect(rejoined.code == 0, "\(rejoined.text)")
            let provisioned = try await TestLab.tool("apply", "playbooks/provision.yml")
            #expect(provisioned.code == 0, "\(provisioned.text)")
            try await Databases.expectHealthy()
            try await Databases.switchOver(to: roles.primary)
            try await Databases.expectHealthy()
        }
    }
}
