/// Restoring to a moment, and what becomes of a restored server.
extension BackupProgramTests {
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

    static let restoreCases = [
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

    static let readingCases = [
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

    static let promoteCases = [
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
}
