import Testing

extension OnTheLab {
    /// What was restored becomes the database, after the primary was lost.
    @Suite struct Promotion {
        @Test(.enabled(if: Soak.isOn, "takes a minute and a half: scripts/test --soak"))
        func whatWasRestoredIsPromotedWhenThePrimaryIsDeadAndTheOtherServerIsMadeAnew() async throws {
            let roles = try await DatabaseRoles()
            let (dead, heir) = (roles.primary, roles.replica)
            let table = "promoted_\(UInt32.random(in: 1...UInt32.max))"
            try await TestLab.run(
                dead, "mysql intchain -e 'CREATE EVENT every_\(table) ON SCHEDULE EVERY 1 DAY DO DO 0'; sleep 2")
            #expect(try await Self.event(table, on: dead) == "ENABLED")
            #expect(try await Self.event(table, on: heir).hasSuffix("SIDE_DISABLED"))
            try await TestLab.run(heir, "/opt/scripts/mysql_backup.sh --force")
            // What is written after the DROP is what the promotion abandons.
            try await TestLab.run(
                dead,
                """
                mysql intchain -e 'CREATE TABLE \(table) (id INT PRIMARY KEY); INSERT INTO \(table) VALUES (1),(2),(3)'
                mysql intchain -e 'DROP TABLE \(table)'
                mysql intchain -e 'CREATE TABLE not_\(table) (id INT PRIMARY KEY); INSERT INTO not_\(table) VALUES (1)'; sleep 5
                """)
            #expect(try await Self.tables(table, on: heir) == "not_\(table)")
            let restored = try await TestLab.tool(
                "restore", "--before-statement", "drop table `\(table)`", "--on", heir, "--yes")
            #expect(restored.code == 0, "\(restored.text)")
            try await TestLab.run(dead, "systemctl stop mysql")

            // Nobody knows whether the other one takes writes: a person has to say that it is dead.
            let refused = try await TestLab.tool("restore", "--promote", "--on", heir)
            #expect(
                refused.code == 2 && refused.text.contains("does not say whether it takes writes"), "\(refused.text)")
            let promoted = try await TestLab.tool("restore", "--promote", "--peers-are-down", "--on", heir, "--yes")
            #expect(promoted.code == 0, "\(promoted.text)")
            // Its MySQL is dead, and its host answers.
            #expect(promoted.text.contains("\(dead) knows now what the others know"), "\(promoted.text)")
            #expect(
                try await TestLab.run(heir, "mysql -N -e 'SELECT COUNT(*), @@read_only FROM intchain.\(table)'")
                    == "3\t0")
            #expect(try await Self.tables(table, on: heir) == table)
            #expect(try await Self.event(table, on: heir) == "ENABLED")

            let rebuilt = try await TestLab.tool("db", "rejoin", dead, more: ["--rebuild", "--yes"])
            #expect(rebuilt.code == 0, "\(rebuilt.text)")
            #expect(try await TestLab.run(dead, "mysql -N -e 'SELECT COUNT(*) FROM intchain.\(table)'") == "3")
            #expect(try await DatabaseRoles().primary == heir)
            try await Self.expectAbandoned(table, dead, heir)
            try await TestLab.run(
                heir,
                "mysql intchain -e 'DROP TABLE \(table); DROP EVENT every_\(table)'; rm -rf /var/lib/mysql.before-*")
            let back = try await TestLab.tool("failover", "db", "--planned", "--yes", "--to", dead)
            #expect(back.code == 0, "\(back.text)")
            let again = try await TestLab.provision()
            #expect(try again.changes() == TestLab.unchanged, "\(again.text)")
        }

        /// Both know what was abandoned, and the newest that can be restored has none of it, but all that came later.
        private static func expectAbandoned(_ table: String, _ dead: String, _ heir: String) async throws {
            let list = try await TestLab.run(heir, "cat /var/lib/mysql-restore/abandoned")
            #expect(list.contains(/:[0-9]/), "nothing was abandoned: \(list)")
            #expect(try await TestLab.run(dead, "cat /var/lib/mysql-restore/abandoned") == list)
            try await TestLab.run(heir, "mysql -e 'INSERT INTO intchain.\(table) VALUES (4)'; sleep 2")
            let latest = try await TestLab.tool("restore", "--to", "latest", "--on", heir, "--yes")
            #expect(latest.code == 0, "\(latest.text)")
            #expect(latest.text.contains("intchain.\(table): 4 rows"), "\(latest.text)")
            #expect(!latest.text.contains("not_\(table)"), "\(latest.text)")
            #expect(try await TestLab.tool("restore", "--discard", "--on", heir, "--yes").code == 0)
        }

        private static func event(_ table: String, on host: String) async throws -> String {
            try await TestLab.run(
                host,
                "mysql -N -e \"SELECT status FROM information_schema.events WHERE event_name='every_\(table)'\"")
        }

        private static func tables(_ table: String, on host: String) async throws -> String {
            try await TestLab.run(host, "mysql -N -e \"SHOW TABLES FROM intchain LIKE '%\(table)'\"")
        }
    }
}
