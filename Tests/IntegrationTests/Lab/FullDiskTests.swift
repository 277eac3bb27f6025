import Foundation
import Testing

extension OnTheLab {
    /// Fault 12: a database server whose disk is full answers, so it is no death; but it is told.
    @Suite(.enabled(if: Soak.isOn, "takes minutes: scripts/test --soak"))
    struct FullDisk {
        @Test func aPrimaryWithoutRoomIsAnAlarmAndNoDeath() async throws {
            let roles = try await DatabaseRoles()
            try await Self.moveToASmallDisk(roles.primary)
            try await Databases.expectHealthy()
            let history = try WriteHistory()
            // MySQL looks once a minute whether there is room again.
            try await history.during(backWithin: .seconds(90)) {
                try await Self.fill(roles.primary)
                try await Self.expectRefusedWrites()
                let status = try await TestLab.tool("db", "status")
                #expect(status.code == 2 && status.text.contains("of disk are free"), "\(status.text)")
                let found = try await TestLab.tool("doctor", "db")
                #expect(found.code == 2 && found.text.contains("/var/lib/mysql has no room"), "\(found.text)")
                let outcome = try await TestLab.tool("failover", "db", "--yes", "--again")
                #expect(outcome.code == 2 && outcome.errors.contains("\(roles.primary) is not dead"), "\(outcome.text)")
                try await TestLab.run(roles.primary, "rm \(Self.filler)")
            }
            #expect(try await DatabaseRoles().primary == roles.primary)
            #expect(try await history.expectNoPhantom(on: roles.primary).isEmpty)
            try await Self.moveBack(roles.primary)
            try await Databases.expectHealthy()
        }

        @Test func aReplicaWithoutRoomIsAnAlarmAndIsNotMadeThePrimary() async throws {
            let roles = try await DatabaseRoles()
            try await Self.moveToASmallDisk(roles.replica)
            try await Databases.expectHealthy()
            let history = try WriteHistory()
            try await history.during {
                try await Self.fill(roles.replica)
                let stopped = try await eventually(within: .seconds(60), every: .seconds(1)) {
                    try await Self.isBehind(roles)
                }
                #expect(stopped != nil, "the replica still writes")
                let status = try await TestLab.tool("db", "status")
                #expect(status.code == 2 && status.text.contains("of disk are free"), "\(status.text)")
                let outcome = try await TestLab.tool("failover", "db", "--planned", "--yes")
                #expect(outcome.code == 2, "\(outcome.text)")
                #expect(try await PublicSite().takesWrites())
                try await TestLab.run(roles.replica, "rm \(Self.filler)")
            }
            #expect(try await Databases.writers() == [roles.primary])
            #expect(try await history.expectNoPhantom(on: roles.primary).isEmpty)
            try await Databases.expectHealthy()
            let caughtUp = try await eventually(within: .seconds(90), every: .seconds(1)) {
                try await history.expectNoPhantom(on: roles.replica).isEmpty
            }
            #expect(caughtUp != nil, "the replica lacks acknowledged writes")
            try await Self.moveBack(roles.replica)
            try await Databases.expectHealthy()
        }

        private static let filler = "/var/lib/mysql/filler"

        /// A file system of its own, with as much room as a few logs take.
        private static func moveToASmallDisk(_ host: String) async throws {
            try await TestLab.run(
                host,
                """
                set -e; mkdir -p /mnt/small; systemctl stop mysql
                size=$(du -sm /var/lib/mysql | cut -f 1)
                mount -t tmpfs -o size=$((size + size / 4 + 64))m,mode=0750 none /mnt/small; chown mysql:mysql /mnt/small
                cp -a /var/lib/mysql/. /mnt/small; mount --bind /mnt/small /var/lib/mysql; systemctl start mysql
                """)
        }

        private static func moveBack(_ host: String) async throws {
            try await TestLab.run(
                host,
                """
                set -e; systemctl stop mysql; umount /var/lib/mysql
                find /var/lib/mysql -mindepth 1 -delete; cp -a /mnt/small/. /var/lib/mysql
                umount /mnt/small; rmdir /mnt/small; systemctl start mysql
                """)
        }

        private static func fill(_ host: String) async throws {
            let said = try await TestLab.shell(host, "cat /dev/zero >\(filler)")
            try #require(said.text.contains("No space left on device"), "\(said.text)")
        }

        private static func expectRefusedWrites() async throws {
            let site = try await PublicSite()
            let refused = try await eventually(within: .seconds(60)) {
                // It waits for room, so the answer is a time-out.
                guard let taken = try? await site.takesWrites() else { return true }
                return !taken
            }
            #expect(refused != nil, "the full disk stopped no write")
        }

        private static func isBehind(_ roles: DatabaseRoles) async throws -> Bool {
            var counts: [String] = []
            for host in [roles.replica, roles.primary] {
                counts.append(
                    try await TestLab.run(host, "mysql -N -e 'SELECT COUNT(*) FROM intchain.user_probes'"))
            }
            return (Int(counts[1]) ?? 0) > (Int(counts[0]) ?? 0) + 50
        }
    }
}
