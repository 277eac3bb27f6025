import Testing

extension OnTheLab {
    /// What was restored becomes the database, after the primary was lost.
    @Suite struct Promotion {
        @Test(.enabled(if: Soak.isOn, "takes a minute and a half: scripts/test --soak"))
        func whatWasRestoredIsPromotedWhenThePrimaryIsDeadAndTheOtherServerIsMadeAnew() async throws {
            let roles = try await DatabaseRoles()
            let (dead, heir) = (roles.primary, roles.replica)
            try await TestLab.run(heir, "/opt/scripts/mysql_backup.sh --force")
            let table = "promoted_\(UInt32.random(in: 1...UInt32.max))"
            try await TestLab.run(
                dead,
                """
                mysql intchain -e 'CREATE TABLE \(table) (id INT PRIMARY KEY); INSERT INTO \(table) VALUES (1),(2),(3)'
                mysql intchain -e 'DROP TABLE \(table)'; sleep 5
                """)
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
            #expect(
                try await TestLab.run(heir, "mysql -N -e 'SELECT COUNT(*), @@read_only FROM intchain.\(table)'")
                    == "3\t0")

            let rebuilt = try await TestLab.tool("db", "rejoin", dead, more: ["--rebuild", "--yes"])
            #expect(rebuilt.code == 0, "\(rebuilt.text)")
            #expect(try await TestLab.run(dead, "mysql -N -e 'SELECT COUNT(*) FROM intchain.\(table)'") == "3")
            #expect(try await DatabaseRoles().primary == heir)
            try await TestLab.run(heir, "mysql -e 'DROP TABLE intchain.\(table)'; rm -rf /var/lib/mysql.before-*")
            let back = try await TestLab.tool("failover", "db", "--planned", "--yes", "--to", dead)
            #expect(back.code == 0, "\(back.text)")
            let again = try await TestLab.provision()
            #expect(try again.changes() == TestLab.unchanged, "\(again.text)")
        }
    }
}
