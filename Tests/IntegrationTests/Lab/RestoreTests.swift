import Foundation
import Testing
import YAML

extension OnTheLab {
    /// The database as it was at a moment, beside the running one.
    @Suite struct Restoring {
        private static let folder = "/backup/mysql"
        /// Of this run alone: the binary logs remember those of earlier ones.
        private static let table = "orders_\(UInt32.random(in: 1...UInt32.max))"
        private static let socket = "/var/lib/mysql-restore/restored/mysqld.sock"

        /// Rows are written, a table is dropped, rows are written: what was there before the DROP is there again, and what
        /// was there after a transaction, or at a second, before the last of the rows.
        @Test func theMomentBeforeADroppedTableIsRestored() async throws {
            let roles = try await DatabaseRoles()
            try await TestLab.run("db2", "/opt/scripts/mysql_backup.sh --force")
            let file = try await Self.newest()
            let rows = 200
            try await TestLab.run(
                roles.primary,
                """
                # Accounts that only the backup has made known.
                mysql -e "GRANT SHOW DATABASES ON *.* TO intchain_monitor; REVOKE SHOW DATABASES ON *.* FROM intchain_monitor"
                mysql -e 'DROP DATABASE IF EXISTS lost; CREATE DATABASE lost; CREATE TABLE lost.\(Self.table) (id INT PRIMARY KEY, note VARCHAR(40))'
                for id in $(seq \(rows)); do echo "INSERT INTO lost.\(Self.table) VALUES ($id, REPEAT('x', 40));"; done | mysql
                """)
            let (gtid, time) = try await Self.mark(roles.primary, row: rows + 1)
            let marked = try await TestLab.run(roles.primary, Self.checksum())
            // A second holds all of its transactions.
            try await Task.sleep(for: .seconds(2))
            try await TestLab.run(
                roles.primary,
                "mysql -e \"INSERT INTO lost.\(Self.table) VALUES (\(rows + 2), 'after the mark')\"; sleep 1")
            let wanted = try await TestLab.run(roles.primary, Self.checksum())
            #expect(marked != wanted)
            try await TestLab.run(
                roles.primary,
                "mysql -e 'DROP TABLE lost.\(Self.table); CREATE TABLE lost.later (id INT PRIMARY KEY); INSERT INTO lost.later VALUES (1)'"
            )
            #expect(try await TestLab.shell(roles.primary, "mysql -e 'SELECT 1 FROM lost.\(Self.table)'").code != 0)
            _ = try await eventually(within: .seconds(20)) { try await Self.hasRows("lost.later", on: "db2") }

            let restored = try await TestLab.tool(
                "restore", "--before-statement", "drop table lost.\(Self.table)", "--on", "db2", "--yes")
            #expect(restored.code == 0, "\(restored.text)")
            #expect(restored.text.contains("lost.\(Self.table): \(rows + 2) rows"), "\(restored.text)")
            #expect(try await TestLab.run("db2", Self.checksum(Self.socket)) == wanted)
            #expect(
                try await TestLab.run("db2", "mysql --no-defaults -N -S \(Self.socket) -e 'SHOW TABLES FROM lost'")
                    == Self.table)

            // Two at once, and over a live primary.
            let second = try await TestLab.tool("restore", "--to", "latest", "--on", "db2", "--yes")
            #expect(second.code == 2 && second.text.contains("is still here"), "\(second.text)")
            let promoted = try await TestLab.tool("restore", "--promote", "--on", "db2", "--yes")
            #expect(promoted.code == 2 && promoted.text.contains("it is the live primary"), "\(promoted.text)")
            #expect(try await DatabaseRoles().primary == roles.primary)

            let discarded = try await TestLab.tool("restore", "--discard", "--on", "db2", "--yes")
            #expect(discarded.code == 0, "\(discarded.text)")
            #expect(try await TestLab.shell("db2", "test -e \(Self.socket)").code != 0)
            for moment in [gtid, time] {
                let there = try await TestLab.tool("restore", "--to", moment, "--on", "db2", "--yes")
                #expect(there.code == 0, "\(there.text)")
                #expect(there.text.contains("lost.\(Self.table): \(rows + 1) rows"), "\(moment): \(there.text)")
                #expect(try await TestLab.run("db2", Self.checksum(Self.socket)) == marked, "\(moment)")
                #expect(try await TestLab.tool("restore", "--discard", "--on", "db2", "--yes").code == 0)
            }
            try await TestLab.run(roles.primary, "mysql -e 'DROP DATABASE lost'")
            try await Self.remove(file)
        }

        /// As the plan's script writes them: no manifest, and `gzip` behind a dump.
        @Test func aFileOfThePlansOwnFormIsRestoredWithAWarningAndACutOffOneIsRefused() async throws {
            let file = "\(Self.folder)/full_backup_20260118_020000.sql.gz"
            try await TestLab.run(
                "db2",
                """
                mysqldump --single-transaction --routines --triggers --all-databases 2>/dev/null | gzip > \(file)
                (zcat \(file) | head -n 200) | gzip > /backup/mysql/full_backup_20260117_020000.sql.gz
                """)
            let restored = try await TestLab.tool("restore", "--to", "latest", "--backup", file, "--on", "db2", "--yes")
            #expect(restored.code == 0, "\(restored.text)")
            #expect(
                restored.text.contains("has no manifest: neither its origin nor its rows can be checked"),
                "\(restored.text)")
            #expect(restored.text.contains("intchain.user_probes: "), "\(restored.text)")
            #expect(try await TestLab.tool("restore", "--discard", "--on", "db2", "--yes").code == 0)

            let cut = try await TestLab.tool(
                "restore", "--to", "latest", "--backup", "full_backup_20260117_020000", "--on", "db2", "--yes")
            #expect(cut.code == 2 && cut.text.contains("it does not end as a complete dump"), "\(cut.text)")
            try await TestLab.run("db2", "rm -f \(Self.folder)/full_backup_2026011*")
        }

        @Test(arguments: [
            ("2099-01-01T00:00:00Z", "is in the future"), ("2019-01-01T00:00:00Z", "lies before the oldest backup"),
            ("yesterday", "is no moment"),
            ("11111111-2222-3333-4444-555555555555:7", "is in no binary log and no backup"),
        ])
        func aMomentThatCannotBeReachedIsRefused(_ moment: String, _ reason: String) async throws {
            try await TestLab.run(
                "db2", "ls \(Self.folder)/full_backup_* >/dev/null 2>&1 || /opt/scripts/mysql_backup.sh --force")
            let outcome = try await TestLab.tool("restore", "--to", moment, "--on", "db2", "--yes")
            #expect(outcome.code == 2 && outcome.text.contains(reason), "\(outcome.text)")
            #expect(try await TestLab.shell("db2", "test -e /var/lib/mysql-restore/restored").code != 0)
        }

        /// It is for days on which not all is well.
        @Test func hostsThatNothingIsAskedOfMayBeAway() async throws {
            try await TestLab.run(
                "db2", "ls \(Self.folder)/full_backup_* >/dev/null 2>&1 || /opt/scripts/mysql_backup.sh --force")
            try await Databases.cut("lb1", from: nil)
            let knock = "timeout 1 bash -c ': </dev/tcp/\(try await Databases.address("lb1"))/22'"
            #expect(try await TestLab.shell("app1", knock).code != 0, "it can be reached all the same")
            let restored = try await TestLab.tool("restore", "--to", "backup", "--on", "db2", "--yes")
            #expect(restored.code == 0, "\(restored.text)")
            let status = try await TestLab.tool("restore", "--status", "--on", "db2")
            #expect(status.code == 0, "\(status.text)")
            #expect(try await TestLab.tool("restore", "--discard", "--on", "db2", "--yes").code == 0)
            try await Databases.heal("lb1")
        }

        /// A small file system in the place of the folder: full before the restore, and before the backup.
        @Test func aFullDiskIsToldBeforeAnythingIsWritten() async throws {
            let outcome = try await TestLab.shell(
                "db2",
                """
                ls \(Self.folder)/full_backup_*.gz >/dev/null 2>&1 || /opt/scripts/mysql_backup.sh --force
                mkdir -p /var/lib/mysql-restore
                mount -t tmpfs -o size=1m,mode=0710,gid=$(id -g mysql) tmpfs /var/lib/mysql-restore
                intchain-restore --to latest; restore=$?
                umount /var/lib/mysql-restore
                mount -t tmpfs -o size=100k tmpfs \(Self.folder)
                /opt/scripts/mysql_backup.sh --force; backup=$?
                umount \(Self.folder)
                echo "restore=$restore backup=$backup"
                """)
            // 75: the host is in the way, and nothing is wrong with the set.
            #expect(outcome.text.contains("restore=75 backup=1"), "\(outcome.text)")
            // Notes of a long history alone may fill it, before the set is looked at.
            #expect(outcome.text.contains("/var/lib/mysql-restore has "), "\(outcome.text)")
            #expect(outcome.text.contains("bytes free, a backup may need"), "\(outcome.text)")
        }

        @Test func theBinaryLogIsHereSecondsAfterTheCommit() async throws {
            let roles = try await DatabaseRoles()
            let other = roles.replica
            try await TestLab.run(other, "systemctl kill -s KILL intchain-binlog@\(roles.primary)")
            #expect(
                try await TestLab.shell(other, "systemctl is-active --quiet intchain-binlog@\(roles.primary)").code != 0
            )
            let back = try await eventually(within: .seconds(30)) {
                try await TestLab.run(other, "grep -c 'behind_seconds.0' /backup/binlog/\(roles.primary)/state") == "1"
            }
            #expect(back != nil, "the stream was not started again")
            let mark = "m" + UUID().uuidString.replacing("-", with: "")
            try await TestLab.run(roles.primary, "mysql -e 'CREATE DATABASE \(mark)'")
            let arrived = try await eventually(within: .seconds(30)) {
                try await TestLab.shell(other, "grep -q \(mark) /backup/binlog/\(roles.primary)/mysql-bin.*").code == 0
            }
            #expect(arrived != nil)
            Soak.expect("a commit was in the copy of the binary log", arrived, within: .seconds(5))
            try await TestLab.run(roles.primary, "mysql -e 'DROP DATABASE \(mark)'")
        }

        /// With `appendonly yes` a server that has only a snapshot starts empty.
        @Test func redisIsRestoredFromASnapshotAloneAndFromALogThatIsCutOff() async throws {
            let outcome = try await TestLab.shell(
                "redis1",
                """
                . /usr/local/lib/intchain/redis.sh
                intchain-redis-restore --discard; rm -rf /tmp/source; mkdir /tmp/source; cd /tmp/source
                redis-server --port 0 --unixsocket /tmp/source/s --dir /tmp/source --appendonly yes --daemonize yes >/dev/null
                sleep 1
                for i in $(seq 500); do echo "SET key$i value$i"; done | redis-cli -s s >/dev/null
                redis-cli -s s SAVE >/dev/null; redis-cli -s s SHUTDOWN NOSAVE
                mkdir alone; cp dump.rdb alone/
                redis-server --port 0 --unixsocket /tmp/source/e --dir /tmp/source/alone --appendonly yes --daemonize yes >/dev/null
                sleep 1; echo "the trap: $(redis-cli -s e DBSIZE) keys"; redis-cli -s e SHUTDOWN NOSAVE
                intchain-redis-restore --from /tmp/source/dump.rdb && intchain-redis-restore --discard
                truncate -s -9 appendonlydir/*.incr.aof
                intchain-redis-restore --from /tmp/source/appendonlydir && intchain-redis-restore --promote
                intchain-redis-restore --discard; head -c 3000 dump.rdb > half.rdb
                intchain-redis-restore --from /tmp/source/half.rdb
                rm -rf /tmp/source
                """)
            for sentence in [
                "the trap: 0 keys", "restored 500 keys from /tmp/source/dump.rdb", "the log's end is cut off",
                "restored 499 keys from /tmp/source/appendonlydir", "half.rdb is damaged",
            ] {
                #expect(outcome.text.contains(sentence), "\(outcome.text)")
            }
        }

        /// Snapshots are written on the replica, and what has to be restored is the primary.
        @Test func theReplicasSnapshotIsRestoredOnThePrimary() async throws {
            try await Databases.settle()
            let primary = try await Databases.redisPrimary()
            let replica = primary == "redis1" ? "redis2" : "redis1"
            let key = "restored:\(UInt32.random(in: 1...UInt32.max))"
            try await TestLab.run(primary, Redis.command("SET \(key) here"))
            let arrived = try await eventually(within: .seconds(20)) {
                try await TestLab.run(replica, Redis.command("GET \(key)")) == "here"
            }
            #expect(arrived != nil)
            let written = try await TestLab.tool("backup", "create")
            #expect(written.code == 0, "\(written.text)")

            let restored = try await TestLab.tool("restore", "redis", "--from", "latest", "--on", primary, "--yes")
            #expect(restored.code == 0, "\(restored.text)")
            #expect(
                restored.text.contains(
                    try Regex("copies/\(replica)/redis_[0-9_]+.rdb, a snapshot of \(replica), 0 min old")),
                "\(restored.text)")
            let scratch = "redis-cli -s /var/lib/redis-restore/restored/redis.sock GET \(key)"
            #expect(try await TestLab.run(primary, scratch) == "here")
            let status = try await TestLab.tool("restore", "redis", "--status", "--on", primary)
            #expect(status.code == 0 && status.text.contains("copies/\(replica)/redis_"), "\(status.text)")
            let discarded = try await TestLab.tool("restore", "redis", "--discard", "--on", primary, "--yes")
            #expect(discarded.code == 0, "\(discarded.text)")
            #expect(try await TestLab.shell(primary, "test -e /var/lib/redis-restore/restored").code != 0)

            try await TestLab.run(primary, Redis.command("DEL \(key)"))
            for host in ["redis1", "redis2", "db1", "db2"] {
                try await TestLab.run(
                    host, "find /backup/redis /var/lib/intchain-backup/copies -name 'redis_*' -mmin -5 -delete || true")
            }
            try await Self.remove(try await Self.newest())
        }

        /// Writes a row.
        /// - Returns: its transaction, and a second that begins after it.
        private static func mark(_ host: String, row: Int) async throws -> (gtid: String, second: String) {
            let gtid = try await TestLab.run(
                host,
                """
                mysql -N -e "SET @before = @@global.gtid_executed; INSERT INTO lost.\(table) VALUES (\(row), 'marked');
                SELECT GTID_SUBTRACT(@@global.gtid_executed, @before)"
                """)
            #expect(gtid.contains(/^[-0-9a-f]{36}:[0-9]+$/), "\(gtid)")
            return (gtid, try await TestLab.run(host, "sleep 2; date -u +%Y-%m-%dT%H:%M:%SZ"))
        }

        private static func newest() async throws -> String {
            try await TestLab.run("db2", "ls \(folder) | grep -E '^full_backup_[0-9_]+.sql.gz$' | tail -n 1")
        }

        private static func remove(_ file: String) async throws {
            try await TestLab.run("db2", "rm -f \(folder)/\(file)*")
            try await TestLab.run("db1", "rm -f /var/lib/intchain-backup/copies/db2/\(file)*")
        }

        private static func checksum(_ socket: String? = nil) -> String {
            "mysql \(socket.map { "--no-defaults -S \($0)" } ?? "") -N -e 'SELECT COUNT(*) FROM lost.\(Self.table); CHECKSUM TABLE lost.\(Self.table)'"
        }

        private static func hasRows(_ table: String, on host: String) async throws -> Bool {
            try await TestLab.run(host, "mysql -N -e 'SELECT COUNT(*) FROM \(table)'") == "1"
        }
    }
}
