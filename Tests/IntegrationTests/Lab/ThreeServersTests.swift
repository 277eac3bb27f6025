import Foundation
import Testing

extension OnTheLab {
    /// A third database server: filled with the primary's data by both ways, and then one replica too many to choose from.
    @Suite(.enabled(if: Soak.isOn, "takes minutes: scripts/test --soak"))
    struct ThreeServers {
        private static let third = Spare.name

        @Test func aNewServerIsClonedOrDumpedAndOfTwoDifferentReplicasNoneIsChosen() async throws {
            let folder = try Scratch()
            let overlay = ["-i", try folder.write("third.yml", "all: {children: {db: {hosts: {\(Self.third): {}}}}}")]
            try await Spare.boot()
            let roles = try await DatabaseRoles()
            for (method, sentence) in [("clone", "is a clone of"), ("dump", "is a dump of")] {
                // Else replication alone would bring it everything.
                try await TestLab.run(
                    roles.primary, "mysql -e 'FLUSH BINARY LOGS; PURGE BINARY LOGS BEFORE NOW() + INTERVAL 1 DAY'")
                let joined = try await TestLab.tool(
                    "apply", "playbooks/provision.yml", more: overlay + ["-e", "mysql_seed=\(method)", "-l", "db"])
                #expect(joined.code == 0, "\(joined.text)")
                #expect(joined.text.contains("\(Self.third) \(sentence) \(roles.primary)"), "\(joined.text)")
                try await Self.expectHealthy(overlay)
                let wanted = try await Self.content(roles.primary)
                let found = try await Self.content(Self.third)
                #expect(found == wanted, "a \(method)")
                if method == "clone" { try await Spare.empty() }
            }
            try await Self.expectNobodyIsChosen(roles, overlay)
            try await TestLab.lab("stop", Self.third)
            // Firewalls know two again.
            let without = try await TestLab.tool("apply", "playbooks/provision.yml", "-l", "db")
            #expect(without.code == 0, "\(without.text)")
            try await Databases.expectHealthy()
        }

        /// Fault 17: one replica has a row of its own, the other is the only one to have the newest.
        private static func expectNobodyIsChosen(_ roles: DatabaseRoles, _ overlay: [String]) async throws {
            let history = try WriteHistory()
            let outcome = try await history.during {
                try await TestLab.run(
                    third,
                    """
                    mysql -e "STOP REPLICA IO_THREAD; SET GLOBAL super_read_only=OFF; \
                    INSERT INTO intchain.user_probes(id) VALUES ('own-$(date +%s%N)'); SET GLOBAL super_read_only=ON"
                    """)
                try await Task.sleep(for: .seconds(2))
                try await Databases.kill(roles.primary)
                let refused = try await TestLab.tool("failover", "db", "--yes", "--again", more: overlay)
                #expect(try await Databases.writers().isEmpty)
                // By itself it does not open beside a server that has more than it: a person says so.
                try await TestLab.run(roles.primary, "systemctl start mysql; intchain-mysql-open --force")
                return refused
            }
            #expect(outcome.code == 2, "\(outcome.text)")
            #expect(outcome.errors.contains("no replica has all that the others have"), "\(outcome.errors)")
            let writes = try await eventually(within: .seconds(60)) {
                try await Databases.writers() == [roles.primary]
            }
            #expect(writes != nil, "\(roles.primary) was fenced, or did not open again")
            #expect(try await history.expectNoPhantom(on: roles.primary).isEmpty)
        }

        private static func expectHealthy(_ overlay: [String]) async throws {
            var last: Outcome?
            let healthy = try await eventually(within: .seconds(60), every: .seconds(1)) {
                last = try await TestLab.tool("db", "status", more: overlay)
                return last?.code == 0
            }
            #expect(healthy != nil, "\(last?.text ?? "")")
        }

        /// Rows and accounts, as a sum.
        private static func content(_ host: String) async throws -> String {
            try await TestLab.run(
                host,
                """
                mysql -N -e "CHECKSUM TABLE intchain.user_probes, intchain.order_probes; \
                SELECT user, host, authentication_string FROM mysql.user WHERE user LIKE 'intchain%' ORDER BY user, host"
                """)
        }
    }
}

/// One host more than the site has.
enum Spare {
    static let name = "spare1"

    /// It may have been a database server in an earlier test.
    static func boot() async throws {
        let booted = try await TestLab.lab("up", "--spare", "1")
        #expect(booted.code == 0, "\(booted.text)")
        if try await TestLab.shell(name, "command -v mysqld").code == 0 { try await empty() }
    }

    /// As if MySQL had just been installed.
    static func empty() async throws {
        try await TestLab.run(
            name,
            """
            set -e; systemctl stop mysql; find /var/lib/mysql -mindepth 1 -delete
            rm -f /var/lib/intchain/mysql-epoch; mysqld --initialize-insecure --user=mysql; systemctl start mysql
            """)
    }
}
