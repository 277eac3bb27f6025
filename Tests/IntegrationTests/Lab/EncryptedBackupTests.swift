import Foundation
import Testing

extension OnTheLab {
    /// Backups that only one host can open.
    @Suite(.enabled(if: Soak.isOn, "takes minutes: scripts/test --soak"))
    struct EncryptedBackup {
        private static let key = "/etc/intchain/backup-age.key"
        private static let encrypted = ["-e", "backup_encryption=true"]

        @Test func anEncryptedBackupIsVerifiedAndRestoredAndRefusedWithoutTheKey() async throws {
            try await Databases.settle()
            let set = try await TestLab.tool("apply", "playbooks/backup.yml", more: Self.encrypted)
            #expect(set.code == 0, "\(set.text)")
            let roles = try await DatabaseRoles()
            let history = try WriteHistory()
            try await history.during {
                let written = try await TestLab.tool("backup", "create", more: Self.encrypted)
                #expect(written.code == 0, "\(written.text)")
            }
            let file = try await TestLab.run("db2", "ls -d /backup/mysql/*.sql.gz.age | tail -n 1")
            // Else what is removed at the end would be everything.
            try #require(file.hasPrefix("/backup/mysql/"))
            #expect(try await TestLab.run("db2", "head -n 1 \(file)") == "age-encryption.org/v1")
            #expect(try await TestLab.run("db2", "stat -c '%a %U' \(Self.key)") == "600 root")
            #expect(try await TestLab.shell("db1", "test -e \(Self.key)").code == 1)

            let verified = try await TestLab.tool("backup", "verify", more: Self.encrypted)
            #expect(verified.code == 0, "\(verified.text)")
            #expect(verified.text.contains("tables have the manifest's rows and checksums"), "\(verified.text)")
            try await Self.expectRestored(history, roles)
            try await Self.expectRefusedWithoutTheKey()

            #expect(try await TestLab.tool("apply", "playbooks/backup.yml").code == 0)
            try await TestLab.run("db2", "rm -f \(file)*")
            try await TestLab.run("db1", "rm -f /var/lib/intchain-backup/copies/db2/*.sql.gz.age*")
        }

        private static func expectRestored(_ history: WriteHistory, _ roles: DatabaseRoles) async throws {
            #expect(try await history.expectNoPhantom(on: roles.primary).isEmpty)
            let restored = try await TestLab.tool("restore", "--to", "latest", "--on", "db2", "--yes", more: encrypted)
            #expect(restored.code == 0, "\(restored.text)")
            let rows = try await TestLab.run(
                "db2",
                """
                mysql --no-defaults -N -S /var/lib/mysql-restore/restored/mysqld.sock \
                -e "SELECT COUNT(*) FROM intchain.user_probes WHERE id LIKE '\(history.run)-%'"
                """)
            let written = try await history.found(on: roles.primary).count
            #expect(rows == "\(written)")
            #expect(try await TestLab.tool("restore", "--discard", "--on", "db2", "--yes").code == 0)
        }

        private static func expectRefusedWithoutTheKey() async throws {
            let elsewhere = try await TestLab.tool("restore", "--to", "latest", "--on", "db1", "--yes", more: encrypted)
            #expect(elsewhere.code == 2, "\(elsewhere.text)")
            #expect(elsewhere.text.contains("this host does not hold the key: db2 does"), "\(elsewhere.text)")
            try await TestLab.run("db2", "mv \(key) \(key).away")
            let restored = try await TestLab.tool("restore", "--to", "latest", "--on", "db2", "--yes", more: encrypted)
            let verified = try await TestLab.tool("backup", "verify", more: encrypted)
            try await TestLab.run("db2", "mv \(key).away \(key)")
            for outcome in [restored, verified] {
                #expect(outcome.code == 2 && outcome.text.contains("does not hold the key"), "\(outcome.text)")
            }
            #expect(try await TestLab.run("db2", "find /var/lib/mysql-restore -mindepth 1 -type d").isEmpty)
        }
    }
}
