import Foundation
import Testing

/// The programs that keep and restore backups, run here as far as they need no server: what they ask of one is stood in for.
@Suite struct BackupProgramTests {
    typealias Case = ProgramCase

    @Test(
        arguments: libraryCases + restoreCases + readingCases + promoteCases + leaverCases + openCases + verifyCases
            + listCases + redisCases)
    func doesWhatItPromises(_ example: Case) async throws { try await example.check() }

    // MARK: Sets and binary logs

    static let server = """
        . "$lib/scratch.sh"
        scratch=$PWD/scratch; mkdir -p scratch restore
        scratch_gtids() { :; }
        lacking() { [ "$1" = 1:1 ] || [ -z "$1" ] || echo more; }
        scratch_sql() { cat >> replayed; }

        """

    /// Three files: `half` in one is where it can't be read any more.
    static let logs = """
        mysqlbinlog() {
            local file
            for file; do :; done
            case "$*" in
            *stop-position=1000*) printf 'Previous-GTIDs\\n# %s:1\\n' "${file##*0}"; return ;;
            *stop-position*) echo "up to a position:" ;;
            *start-position*) echo "from a position:" ;;
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
    static func restoring(_ arguments: String) -> String {
        """
        sed -i '/^install -d -o root/,$d' "$lib/intchain-restore.sh"
        set -- \(arguments)
        . "$lib/intchain-restore.sh"
        work=$PWD/work; mkdir -p work a b restore
        read_target
        touch set; printf 'gtid_executed\\t\\ncomplete\\n' > set.manifest
        previous_gtids() { :; }
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
                file=set; echo log > a/mysql-bin.000001
                index_logs() { row "$1/mysql-bin.000001" 100 2026-01-18T11:00:00Z; }
                replay() { echo "replayed $*"; }
                find_stop; replay_to_target
                """, says: ["/a/mysql-bin.000001 100 "], neverSays: ["/b/"]),
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

    /// Three files with two transactions each, of which the set has the first three.
    private static let indexed = """
        printf 'gtid_executed\t3e11fa47-71ca-11e1-9e33-c80aa9429562:1-3\ncomplete\n' > set.manifest
        for number in 1 2 3; do echo log > a/mysql-bin.00000$number; done
        previous_gtids() {
            case $1 in
            *1) ;;
            *2) echo 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-2 ;;
            *3) echo 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-4 ;;
            esac
        }
        mysqlbinlog() {
            local number=${!#}; number=${number##*0}
            echo "read $number" >> reading
            for one in $((number * 2 - 1)) $((number * 2)); do
                printf '# at %s00\n#260118 x\tGTID\toriginal_committed_timestamp=%s000000\n' "$one" "$(date -ud "2026-01-18T0$one:00Z" +%s)"
                printf "SET @@SESSION.GTID_NEXT= '3e11fa47-71ca-11e1-9e33-c80aa9429562:%s'/*!*/;\n" "$one"
            done
        }
        [ "$kind" = statement ] || file=$PWD/set
        find_stop
        file=$PWD/set
        find_start
        sort -u reading | paste -s -d ' '
        echo "from $(basename "$first") $start to $(basename "$last") $stop"

        """

    private static let readingCases = [
        Case(
            testDescription: "only the log between the set and the target is read",
            script: restoring("--to 3e11fa47-71ca-11e1-9e33-c80aa9429562:4") + indexed,
            says: ["read 2 read 3\nfrom mysql-bin.000002 400 to mysql-bin.000002 \n"], neverSays: ["read 1"]),
        Case(
            testDescription: "what is before the set is not read for a moment either",
            script: restoring("--to 2026-01-18T03:30:00Z") + indexed,
            says: ["from mysql-bin.000002 400 to mysql-bin.000002 400\n"], neverSays: ["read 1"]),
        Case(
            testDescription: "a statement is looked for everywhere",
            script: restoring("--before-statement x") + "matching_statements() { tail -n 1 \"$1\" | cut -f 4; }\n"
                + indexed,
            says: ["read 1 read 2 read 3\nfrom mysql-bin.000002 400 to mysql-bin.000003 600\n"]),
        Case(
            testDescription: "a replay begins where it is told to",
            script: server + logs + "replay logs logs/mysql-bin.000003 700 logs/mysql-bin.000002 400; cat replayed",
            says: ["from a position:\ntransaction 2\nup to a position:\ntransaction 3"],
            neverSays: ["transaction 1"]),
        Case(
            testDescription: "what a set lacks is told without a server",
            script: """
                . "$lib/scratch.sh"
                tell() { echo "$1 beyond $2: $(beyond "$1" "$2")."; }
                tell a:1-3 a:1-5; tell a:1-6 a:1-5; tell "a:2, \nb:7" a:1-5,b:1-3:5-9; tell b:4 b:1-3:5-9; tell '' a:1; tell a:1 ''
                tell a:tag:1 a:1
                """,
            says: [
                "a:1-3 beyond a:1-5: .", "a:1-6 beyond a:1-5: a:1-6.", "a:1-5,b:1-3:5-9: .",
                "b:4 beyond b:1-3:5-9: b:4.", " beyond a:1: .", "a:1 beyond : a:1.", "a:tag:1 beyond a:1: a:tag:1.",
            ]),
        Case(
            testDescription: "what a killed restore left of its own goes with the next run",
            script: """
                install() { mkdir -p "${@: -1}"; }
                mkdir restore; (cd restore; mkdir work plain.restore; touch work/db1.index plain.restore/log)
                set -- --status
                . "$lib/intchain-restore.sh"
                ls restore | grep . || echo nothing is left
                """, says: ["there is no restored server here\n"], neverSays: ["work", "plain"]),
    ]

    /// A restored server that is to be promoted, and how it ended.
    private static func closing(_ end: String, alive: Bool = true) -> String {
        restoring("--to latest") + """
            mkdir -p "$here/data"; echo x > "$here/result"
            scratch_sql() {
                \(alive ? "" : "return 1")
                case $* in *SHOW*) echo "Innodb_redo_log_enabled OFF" ;; *ENABLE*) echo "redo log on" ;; esac
            }
            stop_scratch() { echo '\(end)' > "$here/error.log"; }
            sync() { :; }
            refuse_a_dead_one; close_scratch; echo closed; refuse_a_dead_one; close_scratch

            """
    }

    private static let promoteCases = [
        Case(
            testDescription: "a restored server is ended in order before it is promoted",
            script: closing("mysqld: Shutdown complete"), says: ["redo log on\nclosed\n"]),
        Case(
            testDescription: "one that died is not promoted", script: closing("", alive: false), code: 1,
            says: ["the restored server has died since, so its files can't be trusted: --discard it"],
            neverSays: ["closed"]),
        Case(
            testDescription: "one that did not end in order is not promoted", script: closing("Killed"), code: 1,
            says: ["did not end in order, so its files can't be trusted"], neverSays: ["closed"]),
        Case(
            testDescription: "the epoch is beyond that of a server that took over and is away",
            script: "sed -i '/^promote() { fail/d' \"$lib/intchain-restore.sh\"\n" + restoring("--to latest") + """
                mkdir -p "$here"; echo x > "$here/result"; printf 'epoch=3\nprimary=redis2\n' > 7
                refuse_a_dead_one() { :; }; refuse_beside_a_live_primary() { :; }; drop_scratch() { :; }
                systemctl() { :; }; /usr/local/sbin/intchain-mysql-open() { echo "opened, $*"; }
                promote; cat 7
                """, says: ["opened, --force", "epoch=103\nprimary=redis1\n"]),
    ]

    // MARK: Servers that have left

    private static let leaverCases = [
        Case(
            testDescription: "what streams from a server that has left is ended, and its logs stay and are told",
            script: """
                mkdir -p units/multi-user.target.wants binlog/db9 binlog/redis2 sets
                for name in db9 redis2; do ln -s x units/multi-user.target.wants/intchain-binlog@$name.service; done
                echo 12345 > binlog/db9/mysql-bin.000007; printf 'file\tmysql-bin.000001\nbehind_seconds\t0\n' > binlog/redis2/state
                sed -i "s|/etc/systemd/system|$PWD/units|" "$lib/intchain-binlog-stream.sh"
                systemctl() { echo "systemctl $*"; }; export -f systemctl
                bash "$lib/intchain-binlog-stream.sh" --tidy
                bash "$lib/intchain-binlog-stream.sh" db9 || echo "status $?"
                ls binlog/db9
                bash "$lib/intchain-backup-list.sh"
                """,
            says: [
                "systemctl disable --now intchain-binlog@db9.service", "db9 is no database server of the site any more",
                "there is no database server db9", "status 64\nmysql-bin.000007\n",
                "streamed no more, no server of the site writes it; 1 files, 6 bytes stay", #""name": "redis2""#,
            ], neverSays: ["intchain-binlog@redis2"])
    ]

    // MARK: Opening after a restart

    private static let openCases = [
        Case(
            testDescription: "a primary that stays closed beside errant transactions names the way out",
            script: """
                mkdir bin; printf 'epoch=3\nprimary=redis1\n' > 7
                cat > bin/mysql << 'END'
                #!/bin/sh
                case $* in *-h*) echo 1/a:1-9 ;; *COUNT*) echo 0 ;; *SUBTRACT*) echo a:9 ;; *OFF*) echo OPENED ;; esac
                END
                chmod +x bin/mysql
                PATH=$PWD/bin:$PATH sh "$lib/intchain-mysql-open.sh"
                """, code: 3,
            says: [
                "redis2 has transactions that this server lacks: a:9; to take writes without them: intchain-mysql-open --force here, then intchainctl db rejoin redis2 --rebuild"
            ], neverSays: ["OPENED"])
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
            testDescription: "a set is found by its name among very many",
            script: """
                mkdir sets; (cd sets; seq 100000 104999 | sed 's/.*/full_backup_20260118_&.sql.gz/' | xargs touch)
                . "$lib/scratch.sh"
                for name in full_backup_20260118_104998.sql.gz full_backup_20260118_104; do basename "$(set_named $name)"; done
                set_named full_backup_2027 || echo none
                """,
            says: ["full_backup_20260118_104998.sql.gz\nfull_backup_20260118_104999.sql.gz\n", "none\n"]),
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

    // MARK: Listing

    private static let listCases = [
        Case(
            testDescription: "a file of the plan's own form is listed without what only a manifest tells",
            script: """
                mkdir sets; echo data > sets/full_backup_20260118_020000.sql.gz
                bash "$lib/intchain-backup-list.sh"
                """,
            says: [#""whole": null, "encrypted": false"#, #""tables": null, "rows": null, "verified": null"#],
            neverSays: [": ,"])
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
}
