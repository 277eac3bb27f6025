import Foundation
import Testing

/// The programs that keep and restore backups, run here as far as they need no server: what they ask of one is stood in for.
@Suite struct BackupProgramTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Bash text; `$lib` is the folder of the rendered programs, the current folder is the case's own.
        var script: String
        var code = 0
        var says: [String] = []
        var neverSays: [String] = []
    }

    @Test(arguments: libraryCases + restoreCases + verifyCases + redisCases + pruneCases)
    func doesWhatItPromises(_ example: Case) async throws {
        let folder = try Scratch()
        for name in try FileManager.default.contentsOfDirectory(atPath: Project.path("templates/backup")) {
            let text = try String(contentsOfFile: Project.path("templates/backup/" + name), encoding: .utf8)
            try folder.write("lib/" + name.replacing(".j2", with: ""), Self.render(text, in: folder.path))
        }
        try folder.write("case.sh", "set -euo pipefail\nlib=\(folder.path)/lib\n" + example.script)
        let outcome = try await Program.run(["bash", folder.path + "/case.sh"], in: folder.path)
        #expect(outcome.code == example.code, "\(outcome.text)")
        for sentence in example.says { #expect(outcome.text.contains(sentence), "\(outcome.text)") }
        for sentence in example.neverSays { #expect(!outcome.text.contains(sentence), "\(outcome.text)") }
    }

    /// Every loop runs once, every condition holds, and every variable of which nothing depends is 7.
    private static func render(_ template: String, in folder: String) -> String {
        let values = [
            "backup_library": folder + "/lib", "restore_directory": folder + "/restore", "settings_directory": folder,
            "backup_directory": folder + "/sets", "backup_redis_directory": folder + "/redis",
            "backup_copies_directory": folder + "/copies", "backup_binlog_directory": folder + "/binlog",
            "backup_copies_directory | dirname": folder, "host": "redis2", "inventory_hostname": "redis1",
            "hostvars[host].ansible_host": "10.0.0.2", "redis_service": "redis", "redis_role_file": folder + "/role",
        ]
        return template.replacing(/\{%[^%]*%\}\n?/, with: "").replacing(/\{\{ ([^}]*) \}\}/) {
            values[String($0.output.1)] ?? "7"
        }
    }

    // MARK: Sets and binary logs

    private static let server = """
        . "$lib/scratch.sh"
        scratch=$PWD/scratch; mkdir -p scratch restore
        scratch_gtids() { :; }
        lacking() { [ "$1" = 1:1 ] || [ -z "$1" ] || echo more; }
        scratch_sql() { cat >> replayed; }

        """

    /// Three files: `half` in one is where it can't be read any more.
    private static let logs = """
        mysqlbinlog() {
            local file
            for file; do :; done
            case "$*" in
            *stop-position=1000*) printf 'Previous-GTIDs\\n# %s:1\\n' "${file##*0}"; return ;;
            *stop-position*) echo "up to a position:" ;;
            esac
            cat "$file"
            ! grep -q half "$file" || { echo "ERROR: Error in log format or read error." >&2; return 1; }
        }
        age() { cat "${!#}"; }
        mkdir logs
        for number in 1 2 3; do echo "transaction $number" > logs/mysql-bin.00000$number; done

        """

    private static let libraryCases = [
        Case(
            testDescription: "a table whose rows differ is named",
            script: server + """
                printf 'table\\tshop\\torders\\t2\\t99\\n' > manifest
                scratch_sql() { cat > /dev/null; printf 'table\\tshop\\torders\\t3\\nshop.orders\\t98\\n'; }
                (set -e; compare_with_manifest manifest)
                """, code: 1, says: ["error: rows differ from the manifest's in shop.orders"]),
        Case(
            testDescription: "a set with the manifest's rows passes",
            script: server + """
                printf 'table\\tshop\\torders\\t2\\t99\\n' > manifest
                scratch_sql() { cat > /dev/null; printf 'table\\tshop\\torders\\t2\\nshop.orders\\t99\\n'; }
                (set -e; compare_with_manifest manifest)
                """, says: ["1 tables have the manifest's rows and checksums: 2 rows"]),
        Case(
            testDescription: "the newest log may end half way",
            script: server + logs + "echo half >> logs/mysql-bin.000003; replay logs; cat replayed",
            says: ["transaction 1\ntransaction 2\ntransaction 3"]),
        Case(
            testDescription: "a log in the middle may not",
            script: server + logs + "echo half >> logs/mysql-bin.000002; replay logs || echo passed over", code: 1,
            says: ["error: reading mysql-bin.000002 of logs failed: ERROR: Error in log"], neverSays: ["passed over"]),
        Case(
            testDescription: "a log that tells no beginning is no place to begin",
            script: server + logs + """
                original=$(declare -f mysqlbinlog)
                eval "read_$original"
                mysqlbinlog() { case "$*" in *=1000*.000003) ;; *) read_mysqlbinlog "$@" ;; esac; }
                replay logs; cat replayed
                """, says: ["transaction 1\ntransaction 2\ntransaction 3"]),
        Case(
            testDescription: "a server that ends without a word is no success",
            script: server + logs + "scratch_sql() { cat > /dev/null; return 9; }; replay logs || echo passed over",
            code: 1, says: ["error: replaying logs failed: mysql ended with status 9"], neverSays: ["passed over"]),
        Case(
            testDescription: "the last log is known by its number when it is sealed meanwhile",
            script: server + logs + """
                echo key > backup-age.key
                for number in 1 2; do mv logs/mysql-bin.00000$number logs/mysql-bin.00000$number.age; done
                replay logs logs/mysql-bin.000002 500; cat replayed
                """, says: ["transaction 1\nup to a position:\ntransaction 2"], neverSays: ["transaction 3"]),
        Case(
            testDescription: "a last log that is gone ends the replay before it begins",
            script: server + logs + "replay logs logs/mysql-bin.000007 500 || echo passed over", code: 1,
            says: ["error: mysql-bin.000007, where the replay has to end, is not in logs any more"],
            neverSays: ["passed over"]),
        Case(
            testDescription: "a log that can't be opened without the key is no beginning of everything",
            script: server + logs + """
                mv logs/mysql-bin.000001 logs/mysql-bin.000001.age
                replay logs || echo passed over
                """, code: 75, says: ["mysql-bin.000001.age is encrypted, and this host does not hold the key"],
            neverSays: ["passed over"]),
    ]

    // MARK: Restoring to a moment

    /// Everything of the program but its end, which acts.
    private static func restoring(_ arguments: String) -> String {
        """
        sed -i '/^install -d -o root/,$d' "$lib/intchain-restore.sh"
        set -- \(arguments)
        . "$lib/intchain-restore.sh"
        work=$PWD/work; mkdir -p work a b restore
        read_target
        log_folders() { printf '%s\\n' "$PWD/a" "$PWD/b"; }
        row() { printf '%s\\t%s\\t%s\\tx:%s\\n' "$1" "$2" "$(date -d "$3" +%s)000000" "$2"; }

        """
    }

    private static let restoreCases = [
        Case(
            testDescription: "a moment after everything is reached by replaying all folders",
            script: restoring("--to 2026-01-18T12:00:00Z") + """
                file=set; echo log > a/mysql-bin.000001; echo log > b/mysql-bin.000001
                index_logs() { row "$1/mysql-bin.000001" 100 2026-01-18T11:00:00Z; }
                replay() { echo "replayed $*"; }
                find_stop; replay_to_target
                """, says: ["/a/mysql-bin.000001 4\n", "/b/mysql-bin.000001 4\n"]),
        Case(
            testDescription: "what came since and is later than the moment stays out",
            script: restoring("--to 2026-01-18T12:00:00Z") + """
                file=set; echo log > a/mysql-bin.000001; echo log > b/mysql-bin.000001
                index_logs() {
                    row "$1/mysql-bin.000001" 100 2026-01-18T11:00:00Z
                    [ "$1 ${2:-}" != "$PWD/a 1" ] || row "$1/mysql-bin.000001" 300 2026-01-18T12:00:05Z
                }
                replay() { echo "replayed $*"; }
                find_stop; replay_to_target
                """, says: ["/a/mysql-bin.000001 300\n", "/b/mysql-bin.000001 4\n"]),
        Case(
            testDescription: "a moment before something stops there",
            script: restoring("--to 2026-01-18T10:00:00Z") + """
                file=set
                index_logs() { row "$1/mysql-bin.000001" 100 2026-01-18T11:00:00Z; }
                replay() { echo "replayed $*"; }
                find_stop; replay_to_target
                """, says: ["/a/mysql-bin.000001 100\n"], neverSays: ["/b/"]),
        Case(
            testDescription: "a missing key is told as such, not as a missing transaction",
            script: restoring("--to 3e11fa47-71ca-11e1-9e33-c80aa9429562:23") + """
                echo log > a/mysql-bin.000001.age
                find_stop
                """, code: 75, says: ["does not hold the key"], neverSays: ["is in no binary log"]),
        Case(
            testDescription: "a set is of the moment of its snapshot, and an old manifest of its end",
            script: restoring("--to latest") + """
                printf 'started\\t2026-01-18T10:00:00Z\\nsnapshot_at\\t2026-01-18T10:00:25Z\\nended\\t2026-01-18T10:09:00Z\\n' > new.manifest
                printf 'started\\t2026-01-18T10:00:00Z\\nended\\t2026-01-18T10:09:00Z\\n' > old.manifest
                date -u -d "@$(seconds_of_set new)" +new=%T
                date -u -d "@$(seconds_of_set old)" +old=%T
                """, says: ["new=10:00:25", "old=10:09:00"]),
    ]

    // MARK: Verifying

    /// The whole program, with one thing that goes wrong.
    private static func verifying(_ trouble: String) -> String {
        """
        mkdir -p restore/plain.verify sets; set=$PWD/sets/full_backup_20260118_020000.sql
        echo secret > restore/plain.verify/log; touch "$set" "$set.verified"
        {
            echo 'install() { mkdir -p "${@: -1}"; }; drop_scratch() { :; }'
            echo 'check_set() { [ -e "$PLAIN" ] || echo clean >&2; \(trouble); }'
        } >> "$lib/scratch.sh"
        status=0; bash "$lib/intchain-backup-verify.sh" || status=$?
        echo "status $status, $(cd sets; ls | paste -s -d ' '), $(cat "$set.failed" 2> /dev/null | cut -f 2)"
        """
    }

    private static let verifyCases = [
        Case(
            testDescription: "the host's trouble leaves a set's marks alone",
            script: verifying("trouble no room"),
            says: ["clean", "status 75, full_backup_20260118_020000.sql full_backup_20260118_020000.sql.verified, \n"]),
        Case(
            testDescription: "a failure without a word is told as unknown",
            script: verifying("false"),
            says: ["status 1, full_backup_20260118_020000.sql full_backup_20260118_020000.sql.failed, unknown\n"]),
        Case(
            testDescription: "a failure is told with its reason",
            script: verifying("fail it is damaged"), says: [".sql.failed, it is damaged\n"]),
    ]

    // MARK: Redis

    /// What the server here answers (nil: it is stopped), and the other one.
    private static func promoting(here: String?, peer: String, word: String = "") -> String {
        """
        sed -i '/^mkdir -p/,$d' "$lib/intchain-redis-restore.sh"
        set -- --promote \(word)
        . "$lib/intchain-redis-restore.sh"
        systemctl() { \(here == nil ? "false" : "true"); }
        touch role
        ask_at() {
            case "$*" in
            127.*) printf '%b\\n' '\(here ?? "")'; \(here == "" ? "return 1" : "") ;;
            *) printf '%s\\n' '\(peer)'; [ "\(peer)" != refused ] ;;
            esac
        }
        refuse_beside_a_live_primary
        echo allowed
        """
    }

    private static let empty = "role:master\\nloading:0\\n# Keyspace"

    private static let redisCases = [
        Case(
            testDescription: "an empty primary beside a replica may be replaced",
            script: promoting(here: empty, peer: "role:slave"), says: ["allowed"]),
        Case(
            testDescription: "a server that does not answer is not taken for an empty one",
            script: promoting(here: "", peer: "role:slave"), code: 1, says: ["does not say what it is"]),
        Case(
            testDescription: "a server that is loading is not taken for an empty one",
            script: promoting(here: "role:master\\nloading:1\\n# Keyspace", peer: "role:slave"), code: 1,
            says: ["is loading its data"]),
        Case(
            testDescription: "nothing is promoted beside another primary",
            script: promoting(here: nil, peer: "role:master", word: "--peers-are-down"), code: 1,
            says: ["redis2 takes writes: it is the live primary"]),
        Case(
            testDescription: "nothing is promoted beside a server that is silent",
            script: promoting(here: nil, peer: "refused"), code: 1,
            says: ["redis2 does not say whether it takes writes (refused). If it is surely dead: --peers-are-down"]),
        Case(
            testDescription: "unless somebody knows that it is dead",
            script: promoting(here: nil, peer: "refused", word: "--peers-are-down"), says: ["allowed"]),
        Case(
            testDescription: "keys that have expired are no loss, others are",
            script: """
                . "$lib/redis.sh"
                redis-check-rdb() { printf '[info] 9 keys read\\n[info] 2 expires\\n[info] 1 already expired\\n'; }
                echo REDIS > file; check_rdb file
                for keys in 9 8 7 6 10; do if loaded_all $keys; then echo "$keys whole"; else echo "$keys lost"; fi; done
                """, says: ["9 whole\n8 whole\n7 whole\n6 lost\n10 lost"]),
    ]

    // MARK: Removing

    private static let pruneCases = [
        Case(
            testDescription: "a manifest without its set goes, and keeps no binary log",
            script: """
                mkdir -p sets redis copies/db1 binlog/db1
                ssh() { return 255; }; export -f ssh
                touch sets/full_backup_20261101_020000.sql.gz
                touch -d '2 days ago' sets/full_backup_20260701_020000.sql.gz.manifest copies/db1/redis_20260701_020000.rdb.verified
                touch sets/full_backup_20260702_020000.sql.gz.manifest
                touch -d 2026-09-01 binlog/db1/mysql-bin.000001
                touch -d 2026-11-10 binlog/db1/mysql-bin.000002 binlog/db1/mysql-bin.000003
                bash "$lib/intchain-backup-prune.sh"
                ls sets copies/db1 binlog/db1
                """,
            says: [
                "full_backup_20260701_020000.sql.gz.manifest: its set is not here",
                "redis_20260701_020000.rdb.verified: its set is not here",
                "mysql-bin.000001: older than the oldest backup",
                "sets:\nfull_backup_20260702_020000.sql.gz.manifest\nfull_backup_20261101_020000.sql.gz\n",
                "mysql-bin.000002\nmysql-bin.000003\n",
            ])
    ]
}
