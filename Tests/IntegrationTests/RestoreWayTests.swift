import Testing

/// Whether there is a way from a backup to a moment is said before anything is loaded: the program that restores, run here up
/// to its plan. Of MySQL there is a stand-in that reads logs of this form: the last transaction before it, then one a line,
/// each in its own minute after three o'clock.
@Suite struct RestoreWayTests {
    typealias Case = ProgramCase

    @Test(arguments: gapCases + chainCases + formCases)
    func knowsTheWayBeforeItBegins(_ example: Case) async throws {
        try await example.check()
    }

    @Test(arguments: followerCases) func promotesNothingThatALivingReplicaWouldFollow(_ example: Case) async throws {
        try await example.check()
    }

    /// A set with the first ten transactions.
    static let site = #"""
        u=3e11fa47-71ca-11e1-9e33-c80aa9429562
        mkdir -p restore sets copies a b
        set=sets/full_backup_20260118_020000.sql.gz
        touch $set; printf 'snapshot_at\t2026-01-18T02:00:00Z\ngtid_executed\t%s:1-10\ncomplete\n' $u > $set.manifest
        {
            echo "log_folders() { printf '%s\n' '$PWD/a' '$PWD/b'; }; check_set() { :; }"
            echo 'install() { mkdir -p "${@: -1}"; }'
            cat << 'END'
            mysqlbinlog() {
                local file=${!#} one id u=3e11fa47-71ca-11e1-9e33-c80aa9429562
                case "$*" in *stop-position=1000*) printf 'Previous-GTIDs\n# %s:1-%s\n' $u "$(head -n 1 "$file")"; return ;; esac
                for one in $(sed 1d "$file"); do
                    id=$u:$one; case $one in v*) one=${one#v} id=aaaaaaaa-71ca-11e1-9e33-c80aa9429562:$one ;; esac
                    printf '# at %s00\n#260118 x\tGTID\toriginal_committed_timestamp=%s000000\n' "$one" "$(date -ud "2026-01-18 03:$one:00Z" +%s)"
                    printf "SET @@SESSION.GTID_NEXT= '%s'/*!*/;\n#260118 x\tQuery\tx\nDROP TABLE t%s\n" "$id" "$one"
                done
            }
        END
        } >> "$lib/scratch.sh"
        try() { bash "$lib/intchain-restore.sh" "$@" --plan || echo "status $?"; }
        log() { printf '%s\n' "${@:2}" > "$1"; }

        """#
    private static let late = site + "log a/mysql-bin.000005 49 50 51 52\n"
    private static let hole = site + "log b/mysql-bin.000001 9 10 11; log b/mysql-bin.000003 49 50\n"

    private static let begins =
        "/a do not lead on from full_backup_20260118_020000.sql.gz: the oldest, mysql-bin.000005, begins after 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-49"
    private static let way = "the way to the target has a gap"

    private static let gapCases = [
        Case(
            testDescription: "logs that begin after the backup lead to no time",
            script: late + "try --to 2026-01-18T03:51:30Z", says: [begins, "c80aa9429562:50 in them", "status 1\n"],
            neverSays: ["is loaded"]),
        Case(
            testDescription: "nor to a transaction", script: late + "try --to $u:51", says: [begins + ": " + way],
            neverSays: ["is loaded"]),
        Case(
            testDescription: "nor before a statement", script: late + "try --before-statement 'drop table t51'",
            says: [begins + ": " + way], neverSays: ["is loaded"]),
        Case(
            testDescription: "and what they hold is not left out of the latest without a word",
            script: late + "try --to latest",
            says: [
                begins, "c80aa9429562:50 in them is neither in the backup nor in logs", "or --to backup", "status 1",
            ],
            neverSays: ["is loaded"]),
        Case(
            testDescription: "the backup alone can be asked for", script: late + "try --to backup",
            says: ["3. no binary logs are replayed: its own moment is what is restored"]),
        Case(
            testDescription: "another folder that leads on is taken",
            script: late + """
                log b/mysql-bin.000001 9 10 11 49 50 51 52
                try --to 2026-01-18T03:51:30Z; try --to $u:51; try --before-statement t51; try --to latest; try --to $u:52
                """,
            says: [
                "/b are replayed up to mysql-bin.000001, position 5200",
                "/b are replayed up to mysql-bin.000001, position 5100",
                "3. all binary logs that follow it are replayed: /",
                "/b are replayed up to the end of mysql-bin.000001",
            ], neverSays: ["/a", "status"]),
        Case(
            testDescription: "what comes while the logs are looked at is not taken for lost",
            script: late + """
                log b/mysql-bin.000001 9 10 11 49 50 51 52
                cat >> "$lib/scratch.sh" << 'END'
                eval "read_$(declare -f mysqlbinlog)"
                mysqlbinlog() {
                    read_mysqlbinlog "$@"
                    case "$*" in *stop-position*) ;; *) echo 54 >> a/mysql-bin.000005; echo 54 >> b/mysql-bin.000001 ;; esac
                }
                END
                try --to latest
                """, says: ["3. all binary logs that follow it are replayed: /"], neverSays: ["status"]),
        Case(
            testDescription: "one that leads less far is no way to what is beyond it",
            script: late + """
                log b/mysql-bin.000001 9 10 11 49 50 51
                try --to $u:51; try --to latest; try --to 2026-01-18T03:59:30Z; try --to $u:52
                """,
            says: ["/b are replayed up to the end of mysql-bin.000001", "c80aa9429562:52 in them", begins + ": " + way]),
        Case(
            testDescription: "up to a hole in the logs everything can be restored",
            script: hole + "try --to $u:11; try --to 2026-01-18T03:10:30Z",
            says: ["replayed up to the end of mysql-bin.000001", "up to mysql-bin.000001, position 1100"],
            neverSays: ["status"]),
        Case(
            testDescription: "beyond it nothing",
            script: hole + "try --to latest; try --to $u:50; try --to 2026-01-18T03:11:30Z",
            says: [
                "have a gap: between mysql-bin.000001 and mysql-bin.000003 some are missing, and ",
                "some are missing: " + way,
            ], neverSays: ["is loaded"]),
    ]

    // MARK: Logs that lead on from those of another server

    /// The second server's logs lead on from the backup; the first was made anew from it, and the third from the first.
    private static let chain =
        site + #"""
            mkdir c
            echo "log_folders() { printf '%s\n' '$PWD/c' '$PWD/a' '$PWD/b'; }" >> "$lib/scratch.sh"
            log c/mysql-bin.000003 14 15 16; log a/mysql-bin.000005 12 13 14; log b/mysql-bin.000001 9 10 11 12
            told() { try "$@" | sed "s|$PWD/||g"; }

            """#
    private static let inOrder = "3. all binary logs that follow it are replayed: b a c\n"

    private static let chainCases = [
        Case(
            testDescription: "the logs of a server that was copied follow those of what it is a copy of",
            script: site + """
                log a/mysql-bin.000001 1 20 21; log b/mysql-bin.000001 9 10 11 19
                try --to latest 2>&1 | sed "s|$PWD/||g"
                printf '%s:1-11:19' $u > a/begins_after
                try --to latest 2>&1 | sed "s|$PWD/||g"; rm b/*; try --to latest 2>&1 | sed "s|$PWD/||g"
                """,
            says: [
                "that follow it are replayed: a b\n", "that follow it are replayed: b a\n",
                "the oldest, mysql-bin.000001, begins after 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-11, and",
            ]),
        Case(
            testDescription: "logs that begin where another server's end are replayed after those",
            script: chain + "told --to latest", says: [inOrder], neverSays: ["status"]),
        Case(
            testDescription: "and so up to a time, past everything and before their end",
            script: chain + "told --to 2026-01-18T03:59:30Z; told --to 2026-01-18T03:15:30Z",
            says: [
                "3. all binary logs that follow it are replayed, up to 2026-01-18T03:59:30Z: b a c\n",
                "3. all binary logs that follow it are replayed, up to 2026-01-18T03:15:30Z: b a c\n",
            ], neverSays: ["status"]),
        Case(
            testDescription: "and so up to a transaction, and before a statement",
            script: chain + "told --to $u:15; told --before-statement 'drop table t14'; told --to $u:16",
            says: [
                "3. the binary logs that lead to it are replayed, as far as they are older: b a\n",
                "3. the binary logs in c are replayed up to mysql-bin.000003, position 1600\n",
                "as far as they are older: b\n", "a are replayed up to mysql-bin.000005, position 1400\n",
                "c are replayed up to the end of mysql-bin.000003",
            ], neverSays: ["status"]),
        Case(
            testDescription: "where a link is missing there is no way to a transaction",
            script: chain + "log a/mysql-bin.000005 13 14; told --to $u:15",
            says: ["/c do not lead on", way, "status 1"], neverSays: ["is loaded"]),
        Case(
            testDescription: "those that begin later than any reach are refused as before",
            script: chain + "log a/mysql-bin.000005 13 14; told --to latest",
            says: ["/c do not lead on", "c80aa9429562:15 in them is neither", "status 1"],
            neverSays: ["is loaded"]),
        Case(
            testDescription: "sets of transactions are put together without overlap",
            script: #"""
                printf 'f\t1\t0\t%s\n' x:5 x:3 x:4 y:1 x:9 x:tag:6 y:3 y:2 |
                    awk -v had=x:1-2,x:11-20,x:10 -v together=1 -f "$lib/gtid-sets.awk" | tr , '\n' | sort
                """#, says: ["x:1-5\nx:9-20\nx:tag:6\ny:1-3"]),
        Case(
            testDescription: "a tag is part of what the numbers belong to",
            script: #"""
                set() { awk "$@" -f "$lib/gtid-sets.awk" < /dev/null; echo .; }
                set -v had=x:1-5:tag:1-100 -v asked=x:50; set -v had=x:1-5:tag:1-100 -v asked=x:2:tag:50
                set -v had=x:1-20,y:3 -v less=x:5-7:12,y:3 | tr , '\n' | sort
                set -v had=x:1-5 -v met=y:1,x:4-9
                """#, says: ["x:50\n.\n.\n", "x:1-4\nx:13-20\nx:8-11.\nx:4-5\n"]),
    ]

    // MARK: Dumps of servers without GTIDs

    /// A newer set, of which is not known what follows it.
    private static let silent =
        site + """
            log b/mysql-bin.000001 9 10 11
            echo '-- MySQL dump' | gzip > sets/full_backup_20260118_030000.sql.gz
            touch -d 2026-01-18T03:00:00Z sets/*.gz
            silent=full_backup_20260118_030000

            """
    private static let tellsNone = "full_backup_20260118_030000.sql.gz tells no GTIDs"

    private static let formCases = [
        Case(
            testDescription: "a set that tells no GTIDs gets no replay",
            script: silent + "try --to latest --backup $silent",
            says: ["3. no binary logs are replayed, since it tells no GTIDs: its own moment is what is restored"]),
        Case(
            testDescription: "which is said when it is restored, too",
            script: BackupProgramTests.restoring("--to latest") + """
                echo '-- MySQL dump' > set.sql; file=$PWD/set.sql
                replay() { echo "replayed $*"; }
                find_stop; replay_to_target
                """, says: ["no binary logs are replayed, since it tells no GTIDs: this is the backup's own moment"],
            neverSays: ["replayed /"]),
        Case(
            testDescription: "and is refused by name for a time and a transaction",
            script: silent + "try --to 2026-01-18T03:10:30Z --backup $silent; try --to $u:11 --backup $silent",
            says: [tellsNone + ", as a dump of a server without them", "status 1"], neverSays: ["is loaded"]),
        Case(
            testDescription: "an older one from which logs lead on goes before it",
            script: silent + "try --to 2026-01-18T03:10:30Z; try --to latest",
            says: [
                "warning: " + tellsNone, "1. full_backup_20260118_020000.sql.gz of", "position 1100",
                "3. all binary logs that follow it",
            ]),
        Case(
            testDescription: "where there is no other, it is the latest there is",
            script: silent + "rm $set*; try --to latest; try --to $u:11",
            says: ["1. full_backup_20260118_030000.sql.gz of", "error: " + tellsNone]),
    ]

    // MARK: Living replicas

    /// A restored server, and another one whose channel the case writes: from whom, what it fetched, what it executed.
    private static let follower = #"""
        sed -i '/^install -d -o root/,$d' "$lib/intchain-restore.sh"
        set -- --promote
        . "$lib/intchain-restore.sh"
        one=3e11fa47-71ca-11e1-9e33-c80aa9429562 two=aaaaaaaa-71ca-11e1-9e33-c80aa9429562
        mkdir -p bin "$here"; printf 'gtid_executed\t%s:1-10,%s:1-3\n' $one $two > "$here/result"
        systemctl() { return 1; }
        cat > bin/mysql << 'END'
        #!/bin/sh
        case $* in
        *REPLICA*) [ ! -f old ] || { echo "ERROR 1064"; exit 1; }; cat channel ;;
        *SLAVE*) sed 's/Source/Master/' channel ;;
        *) echo 1 ;;
        esac
        END
        chmod +x bin/mysql; PATH=$PWD/bin:$PATH
        channel() { printf '*** 1. row ***\n  Source_Host: %s\n  Retrieved_Gtid_Set: %s\n  Executed_Gtid_Set: %s\n  Auto_Position: 1\n' "$@" > channel; }
        allowed() { refuse_beside_a_live_primary; echo allowed; }

        """#
    private static let refused = "redis2 replicates from redis1 and has transactions that the restored server lacks"

    private static let followerCases = [
        Case(
            testDescription: "one that has nothing beyond it may follow it",
            script: follower + #"channel 10.0.0.1 "" "$(printf '%s:1-10,\n%s:1-3' $one $two)"; allowed"#,
            says: ["allowed"]),
        Case(
            testDescription: "one that has more is told, with the way out",
            script: follower + #"channel 10.0.0.1 "" "$(printf '%s:1-10,\n%s:1-4' $one $two)"; allowed"#, code: 1,
            says: [
                refused + ", in aaaaaaaa-71ca-11e1-9e33-c80aa9429562:1-4", "mysql -e 'STOP REPLICA; RESET REPLICA ALL'",
                "intchainctl db rejoin redis2 --rebuild",
            ], neverSays: ["allowed"]),
        Case(
            testDescription: "what it has fetched and not applied yet counts",
            script: follower + #"channel 10.0.0.1 $one:9-11 $one:1-10; allowed"#, code: 1, says: [refused]),
        Case(
            testDescription: "so it does on a server of the older words",
            script: follower + #"touch old; channel 10.0.0.1 "" $one:1-12; allowed"#, code: 1, says: [refused]),
        Case(
            testDescription: "one that follows another server, or nobody, is not in the way",
            script: follower + #"channel 10.0.0.9 "" $one:1-12; allowed; : > channel; allowed"#,
            says: ["allowed\nallowed"]),
    ]
}
