import Testing

/// What writes backups, receives their copies and watches the streams of binary logs, run here with stand-ins.
@Suite struct BackupCopyTests {
    typealias Case = ProgramCase

    @Test(arguments: copyCases + streamCases) func keepsWhatItOwes(_ example: Case) async throws {
        try await example.check()
    }

    /// The functions of the nightly backup, without the run.
    private static let backup = #"""
        sed -i '/^exec 9>/,$d' "$lib/mysql_backup.sh"
        . "$lib/mysql_backup.sh"

        """#

    private static let copyCases = [
        Case(
            testDescription: "a set that could not be sent goes with a later run",
            script: backup + #"""
                mkdir sets
                write() { name=full_backup_202601$1_020000.sql.gz; echo data > sets/$name; echo sums > sets/$name.manifest; owe "$name"; copy full_backup; }
                send() { [ ! -f down ] && echo "sent $(basename "$2")"; }
                touch down; write 18; write 19; rm down
                write 20; copied=yes; copy full_backup; echo "copied $copied"
                ls sets
                """#,
            says: [
                "the copy on redis2 failed; the backup here is good, and goes there with the next run: full_backup_20260118",
                "sent full_backup_20260118_020000.sql.gz.manifest\nsent full_backup_20260118_020000.sql.gz\n",
                "copied to redis2 and compared: full_backup_20260119", "compared: full_backup_20260120", "copied yes",
            ], neverSays: ["unsent"]),
        Case(
            testDescription: "a replica that does not receive claims no lag",
            script: backup + #"""
                query() { case $1 in *configuration*) echo $replica ;; *connection_status*) echo $receiving ;; *applier_status' '*) echo 0 ;; *) echo 3 ;; esac; }
                for case in "0 0" "1 0" "1 1"; do
                    read -r replica receiving <<< "$case"
                    note_lag; echo "replica $replica, receiving $receiving: '$behind'"
                done
                """#,
            says: [
                "replica 0, receiving 0: '0'", "the primary is not connected: this backup is of an older state",
                "replica 1, receiving 0: ''", "replica 1, receiving 1: '3'",
            ]),
        Case(
            testDescription: "half a copy that was killed goes with the next one, or after a day",
            script: #"""
                mkdir -p copies/redis2 sets redis; cd copies/redis2
                echo half > .full_backup_20260117_020000.sql.gz.partial; name=full_backup_20260118_020000.sql.gz; cd ../..
                export SSH_ORIGINAL_COMMAND="receive $name 5 $(echo data | sha256sum | cut -d ' ' -f 1)"
                bash "$lib/intchain-backup-receive.sh" redis2 < <(echo data)
                find copies -name '.full*' | sed 's/^/left: /'
                touch -d '2 days ago' copies/redis2/.redis_20260117_020000.rdb.partial
                touch copies/redis2/.redis_20260118_020000.rdb.partial
                ssh() { return 255; }; export -f ssh
                bash "$lib/intchain-backup-prune.sh" > /dev/null; ls -A copies/redis2
                """#,
            says: ["stored", ".redis_20260118_020000.rdb.partial\nfull_backup_20260118_020000.sql.gz\n"],
            neverSays: ["left: ", "20260117"]),
    ]

    // MARK: Streams

    private static let streamCases = [
        Case(
            testDescription: "what a full disk does not let it note leaves what was noted before",
            script: #"""
                sed -i '/^mkdir -p "\$folder"/,$d' "$lib/intchain-binlog-stream.sh"
                mkdir -p binlog/redis2; set -- redis2; . "$lib/intchain-binlog-stream.sh"
                note mysql-bin.000007 0 ""
                printf() { return 1; }
                note mysql-bin.000008 0 "" || true
                cat "$folder/state"
                """#, says: ["file\tmysql-bin.000007\nbehind_seconds\t0\n"]),
        Case(
            testDescription: "a stream that does not tell how far behind it is has a problem",
            script: #"mkdir -p binlog/redis2 sets; : > binlog/redis2/state; bash "$lib/intchain-backup-list.sh""#,
            says: [#""problem": "its state does not tell how far behind it is""#]),
        Case(
            testDescription: "the doctor looks at the streams",
            script: #"""
                touch program; chmod +x program; mkdir a
                sed -i "s|/usr/local/sbin/intchain-binlog-stream|$PWD/program|" "$lib/streams.sh"
                look() { echo "$1: $(STREAMS="db1=$PWD/a" sh -c '. "$1/begin.sh"; . "$1/streams.sh"' look "$lib" | cut -f 1,3,4 | tr '\t' ' ')"; }
                note() { printf 'file\tmysql-bin.000001\nbehind_seconds\t%s\nproblem\t%s\n' "$@" > a/state; }
                look none; note 0 ""; look good; note 20 ""; look late; note "" ""; look untold; note "" "does not answer"; look ill
                : > a/state; look empty; note 0 ""; touch -d '5 minutes ago' a/state; look old
                """#,
            says: [
                "none: bad the copy of db1's binary log tells nothing",
                "good: ok the copy of db1's binary log 0 s behind",
                "late: warn the copy of db1's binary log is behind 20 s",
                "untold: bad the copy of db1's binary log stands still",
                "stands still does not answer", "empty: bad the copy",
                "old: bad nobody watches the copy of db1's binary log",
            ]),
    ]
}
