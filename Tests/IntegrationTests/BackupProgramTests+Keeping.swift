/// Keeping backups: servers that have left, opening after a restart, verifying, listing.
extension BackupProgramTests {
    // MARK: Servers that have left

    static let leaverCases = [
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

    static let openCases = [
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

    static let verifyCases = [
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

    static let listCases = [
        Case(
            testDescription: "a file of the plan's own form is listed without what only a manifest tells",
            script: """
                mkdir sets; echo data > sets/full_backup_20260118_020000.sql.gz
                bash "$lib/intchain-backup-list.sh"
                """,
            says: [#""whole": null, "encrypted": false"#, #""tables": null, "rows": null, "verified": null"#],
            neverSays: [": ,"])
    ]
}
