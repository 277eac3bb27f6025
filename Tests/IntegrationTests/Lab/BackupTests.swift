import Testing
import YAML

extension OnTheLab {
    /// The nightly backup, as cron runs it, and what it is worth.
    @Suite struct Backup {
        private static let folder = "/backup/mysql"
        private static let copies = "/var/lib/intchain-backup/copies/db2"

        init() async throws { try await Databases.settle() }

        private static func newest() async throws -> String {
            let file = try await TestLab.run("db2", "ls \(folder) | grep -E '^full_backup_[0-9_]+.sql.gz$' | tail -n 1")
            // Else what is removed at a test's end would be everything.
            return try #require(file.isEmpty ? nil : file, "there is no backup")
        }

        private static func remove(_ file: String) async throws {
            try await TestLab.run("db2", "rm -f \(folder)/\(file)*")
            try await TestLab.run("db1", "rm -f \(copies)/\(file)*")
        }

        /// What `backup list` tells of a set on the replica.
        private static func state(of file: String) async throws -> Value {
            let listed = try await TestLab.tool("backup", "list", more: ["--output", "json"])
            #expect(listed.code == 0, "\(listed.text)")
            let sets = try #require(try listed.document()["sets"]?.list)
            return try #require(sets.first { $0["name"]?.string == file && $0["host"]?.string == "db2" })
        }

        @Test func theReplicaWritesACompleteBackupThatOnlyRootReads() async throws {
            // As after a backup that was killed.
            try await TestLab.run("db2", "echo half > \(Self.folder)/.full_backup_20260101_020000.sql.gz.partial")
            let said = try await TestLab.run("db2", "/opt/scripts/mysql_backup.sh")
            #expect(said.contains("wrote \(Self.folder)/full_backup_"), "\(said)")
            #expect(said.contains("copied to db1 and compared"), "\(said)")
            let file = try await Self.newest()
            #expect(file.wholeMatch(of: /full_backup_\d{8}_\d{6}\.sql\.gz/) != nil, "\(file)")
            let path = "\(Self.folder)/\(file)"
            let digest = try await TestLab.run("db2", "sha256sum < \(path) | cut -d ' ' -f 1")
            let manifest = try await TestLab.run("db2", "cat \(path).manifest")
            #expect(manifest.contains("sha256\t\(digest)\n"), "\(manifest)")
            #expect(manifest.hasSuffix("\ncomplete"))
            #expect(try await TestLab.run("db1", "sha256sum < \(Self.copies)/\(file)").hasPrefix(digest))
            #expect(try await TestLab.run("db2", "stat -c '%a %U' \(Self.folder) \(path)") == "700 root\n600 root")
            #expect(try await TestLab.run("db2", "gzip -dc \(path) | tail -n 1").hasPrefix("-- Dump completed"))
            #expect(try await TestLab.run("db2", "gzip -dc \(path) | grep -c 'CREATE TABLE .user_probes'") == "1")
            #expect(try await TestLab.run("db2", "find \(Self.folder) -name '*.partial' -o -name '.work*'").isEmpty)
            try await Self.remove(file)
        }

        /// Verified first; then one bit of it flips, and the same set is refused.
        @Test func aBackupIsVerifiedByRestoringItAndADamagedOneIsFound() async throws {
            let written = try await TestLab.tool("backup", "create")
            #expect(written.code == 0, "\(written.text)")
            let file = try await Self.newest()
            let path = "\(Self.folder)/\(file)"
            let good = try await TestLab.tool("backup", "verify")
            #expect(good.code == 0, "\(good.text)")
            #expect(good.text.contains("tables have the manifest's rows and checksums"), "\(good.text)")
            #expect(try await Self.state(of: file)["verified"]?.string != nil)

            let before = try await TestLab.run("db2", "sha256sum < \(path)")
            try await TestLab.run(
                "db2",
                "printf '\\377' | dd of=\(path) bs=1 seek=$(($(stat -c %s \(path)) / 2)) conv=notrunc status=none")
            #expect(try await TestLab.run("db2", "sha256sum < \(path)") != before)
            let bad = try await TestLab.tool("backup", "verify", file)
            #expect(bad.code == 2, "\(bad.text)")
            let state = try await Self.state(of: file)
            #expect(state["verified"] == .null)
            #expect(state["verify_failed"]?.string?.contains("its SHA-256 is not the manifest's") == true, "\(state)")
            #expect(try await TestLab.run("db2", "ls -A /var/lib/mysql-restore | grep -c '^verify$' || true") == "0")
            try await Self.remove(file)
        }

        /// A dump whose program is killed in the middle of its work, table by table held up by a lock.
        @Test func aBackupWhoseDumpIsKilledIsToldAndLeavesNothing() async throws {
            let before = try await TestLab.run("db2", "ls \(Self.folder)")
            let outcome = try await TestLab.shell(
                "db2",
                """
                mkdir -p /tmp/slow && printf '#!/bin/sh\\necho "-- CHANGE REPLICATION SOURCE TO"\\nexec sleep 77\\n' \
                    > /tmp/slow/mysqldump && chmod 755 /tmp/slow/mysqldump
                (for i in $(seq 200); do sleep 0.1; pkill -9 -f '^sleep 77$' && exit; done; touch /tmp/slow/missed) &
                PATH=/tmp/slow:$PATH /opt/scripts/mysql_backup.sh; status=$?
                wait; [ ! -e /tmp/slow/missed ] || status=99
                rm -rf /tmp/slow; exit $status
                """)
            #expect(outcome.code == 1, "\(outcome.text)")
            #expect(outcome.text.contains("the dump failed"), "\(outcome.text)")
            #expect(try await TestLab.run("db2", "ls \(Self.folder)") == before)
        }

        @Test func thePrimaryLeavesItToTheReplica() async throws {
            let before = try await TestLab.run("db1", "ls \(Self.folder)")
            let said = try await TestLab.run("db1", "/opt/scripts/mysql_backup.sh")
            #expect(said.hasSuffix("left to the replica"), "\(said)")
            #expect(try await TestLab.run("db1", "ls \(Self.folder)") == before)
        }

        @Test func aFolderElsewhereLeavesTheOneAboveItAlone() async throws {
            let plan = try await TestLab.tool(
                "plan", "playbooks/backup.yml", more: ["-e", "backup_directory=/srv/mysql"])
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
