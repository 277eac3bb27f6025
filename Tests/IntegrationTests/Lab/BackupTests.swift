import Testing

extension OnTheLab {
    /// The nightly backup, as cron runs it.
    @Suite struct Backup {
        private static let folder = "/backup/mysql"

        @Test func theReplicaWritesACompleteBackupThatOnlyRootReads() async throws {
            // As after a backup that was killed.
            try await TestLab.run("db2", "echo half > \(Self.folder)/.full_backup_20260101_020000.sql.gz.partial")
            let said = try await TestLab.run("db2", "/opt/scripts/mysql_backup.sh")
            #expect(said.contains("wrote \(Self.folder)/full_backup_"), "\(said)")
            let file = try await TestLab.run("db2", "ls \(Self.folder)/full_backup_*.sql.gz | tail -n 1")
            #expect(file.wholeMatch(of: /\/backup\/mysql\/full_backup_\d{8}_\d{6}\.sql\.gz/) != nil, "\(file)")
            try await TestLab.run("db2", "cd \(Self.folder) && sha256sum -c --status \(file).sha256")
            #expect(try await TestLab.run("db2", "stat -c '%a %U' \(Self.folder) \(file)") == "700 root\n600 root")
            #expect(try await TestLab.run("db2", "gzip -dc \(file) | tail -n 1").hasPrefix("-- Dump completed"))
            #expect(try await TestLab.run("db2", "gzip -dc \(file) | grep -c 'CREATE TABLE .user_probes'") == "1")
            #expect(try await TestLab.run("db2", "find \(Self.folder) -name '*.partial'").isEmpty)
            try await TestLab.run("db2", "rm -f \(file) \(file).sha256")
        }

        @Test func thePrimaryLeavesItToTheReplica() async throws {
            let before = try await TestLab.run("db1", "ls \(Self.folder)")
            let said = try await TestLab.run("db1", "/opt/scripts/mysql_backup.sh")
            #expect(said.hasSuffix("left to the replica"), "\(said)")
            #expect(try await TestLab.run("db1", "ls \(Self.folder)") == before)
        }

        @Test func aFolderElsewhereLeavesTheOneAboveItAlone() async throws {
            let plan = try await TestLab.tool(
                "plan", "playbooks/mysql.yml", more: ["-e", "backup_directory=/srv/mysql"])
            #expect(plan.code == 0, "\(plan.text)")
            #expect(plan.text.contains("(/srv/mysql)"), "\(plan.text)")
            #expect(!plan.text.contains("(/srv)"), "\(plan.text)")
        }

        @Test func aFailedBackupIsToldAndLeavesNothing() async throws {
            let count = "find \(Self.folder) -name '*full_backup_*' | wc -l"
            let before = try await TestLab.run("db2", count)
            // A dump that ends early: behind a pipe its exit status alone would be lost.
            let outcome = try await TestLab.shell(
                "db2",
                """
                mkdir -p /tmp/broken && printf '#!/bin/sh\\necho half\\nexit 2\\n' > /tmp/broken/mysqldump
                chmod 755 /tmp/broken/mysqldump
                PATH=/tmp/broken:$PATH /opt/scripts/mysql_backup.sh; status=$?
                rm -rf /tmp/broken; exit $status
                """)
            #expect(outcome.code != 0, "\(outcome.text)")
            #expect(try await TestLab.run("db2", count) == before)
        }
    }
}
