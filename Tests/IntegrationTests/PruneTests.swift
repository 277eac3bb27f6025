import Testing

/// What removes superseded sets, run here: what it asks of the other hosts is stood in for.
@Suite struct PruneTests {
    typealias Case = ProgramCase

    @Test(arguments: cases) func removesNothingThatMayBeNeeded(_ example: Case) async throws {
        try await example.check()
    }

    /// Four sets, of which the newer three are verified and the newest but one has rotted since; it takes two for one to go.
    private static let rotten = #"""
        mkdir -p sets redis copies/db1
        ssh() { return 255; }; export -f ssh
        prune="$lib/intchain-backup-prune.sh"
        sed -i 's/daily=7 -v weekly=7 -v monthly=7/daily=1 -v weekly=1 -v monthly=1/; s/verified=7/verified=2/' "$prune"
        for day in 1 2 3 4; do
            set=sets/full_backup_2026110${day}_020000.sql.gz
            echo "data of $day" > $set
            printf 'sha256\t%s\n' "$(sha256sum < $set | cut -d ' ' -f 1)" > $set.manifest
            [ $day = 1 ] || touch $set.verified
        done
        echo rotten > sets/full_backup_20261103_020000.sql.gz

        """#

    /// Two sound sets, and of a month long past three that have all rotted.
    private static let rottenMonth = #"""
        mkdir -p sets
        ssh() { return 255; }; export -f ssh
        prune="$lib/intchain-backup-prune.sh"
        sed -i 's/daily=7 -v weekly=7 -v monthly=7/daily=1 -v weekly=1 -v monthly=3/; s/verified=7/verified=1/' "$prune"
        for day in 0801 0802 0803 1102 1103; do
            set=sets/full_backup_2026${day}_020000.sql.gz
            echo "data of $day" > $set
            printf 'sha256\t%s\n' "$(sha256sum < $set | cut -d ' ' -f 1)" > $set.manifest
            touch $set.verified
        done
        for set in sets/full_backup_202608*.gz; do echo rotten > $set; done

        """#
    private static let kept = (1...2).map {
        "kept sets/full_backup_2026080\($0)_020000.sql.gz: what supersedes it is damaged\n"
    }

    private static let cases = [
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
            ]),
        Case(
            testDescription: "of a stream that has ended nothing stays once its logs have gone",
            script: """
                mkdir -p sets binlog/redis2 binlog/redis2.until-20260901_020000 binlog/redis2.until-20261115_020000
                ssh() { return 255; }; export -f ssh
                touch sets/full_backup_20261101_020000.sql.gz
                for folder in binlog/*; do touch $folder/server_uuid; touch -d 2026-09-01 $folder/mysql-bin.000001; done
                touch -d 2026-09-01 binlog/redis2.until-20260901_020000/mysql-bin.000001.sha256
                touch -d 2026-11-10 binlog/redis2.until-20261115_020000/mysql-bin.000002
                bash "$lib/intchain-backup-prune.sh" --dry-run | grep -c 'would have removed'
                bash "$lib/intchain-backup-prune.sh"
                ls binlog/*
                """,
            says: [
                "4\n", "removed", "binlog/redis2.until-20260901_020000: nothing is left of that stream",
                "binlog/redis2:\nmysql-bin.000001\nserver_uuid\n\n",
                "binlog/redis2.until-20261115_020000:\nmysql-bin.000002\nserver_uuid\n",
            ], neverSays: ["20260901_020000:\n"]),
        Case(
            testDescription: "a verified set that has rotted since lets no older one go, and is told and marked",
            script: rotten + #"""
                bash "$prune" || echo "status $?"
                ls sets; cat sets/*.failed
                """#,
            says: [
                "full_backup_20261103_020000.sql.gz is damaged: its SHA-256 is not the manifest's", "status 1\n",
                "removed",
                "full_backup_20261101_020000.sql.gz: superseded by full_backup_20261104_020000.sql.gz full_backup_20261102_020000.sql.gz\n",
                "full_backup_20261102_020000.sql.gz.verified\nfull_backup_20261103_020000.sql.gz\nfull_backup_20261103_020000.sql.gz.failed\n",
                "reason\tfull_backup_20261103_020000.sql.gz is damaged",
            ], neverSays: ["full_backup_20261102_020000.sql.gz: superseded", "20261103_020000.sql.gz.verified"]),
        Case(
            testDescription: "a dry run finds the same and marks nothing",
            script: rotten + #"""
                bash "$prune" --dry-run || echo "status $?"
                ls sets
                """#,
            says: [
                "20261103_020000.sql.gz is damaged", "status 1\n", "would have removed",
                "20261103_020000.sql.gz.verified\n",
            ],
            neverSays: ["full_backup_20261102_020000.sql.gz: superseded", ".failed"]),
        Case(
            testDescription: "sets of a month of which all have rotted stay, and the rest goes",
            script: rottenMonth + #"""
                timeout 60 bash "$prune" | sed "s|$PWD/||" || echo "status $?"
                ls sets
                """#,
            says: kept + [
                "20260803_020000.sql.gz is damaged", "status 1\n",
                "removed sets/full_backup_20261102_020000.sql.gz: superseded by full_backup_20261103_020000.sql.gz\n",
                "20260803_020000.sql.gz.failed\n",
            ], neverSays: ["removed sets/full_backup_202608", "status 124"]),
        Case(
            testDescription: "which a dry run tells too",
            script: rottenMonth + #"""
                timeout 60 bash "$prune" --dry-run | sed "s|$PWD/||" || echo "status $?"
                ls sets
                """#,
            says: kept + ["would have removed sets/full_backup_20261102", "status 1\n"],
            neverSays: ["removed sets/full_backup_202608", "status 124", ".failed"]),
        Case(
            testDescription: "another host's word counts for a set that is still what it verified",
            script: #"""
                mkdir -p sets copies/db1
                sum=$(echo good | sha256sum | cut -d ' ' -f 1)
                good=full_backup_20261101_020000.sql.gz bad=full_backup_20261102_020000.sql.gz
                echo good > sets/$good; echo rotten > sets/$bad
                for name in $good $bad; do
                    printf 'sha256\t%s\n' $sum > sets/$name.manifest
                    echo "$name $sum then redis2" >> answer
                done
                ssh() { cat answer; }; export -f ssh
                bash "$lib/intchain-backup-prune.sh" --learn || echo "status $?"
                ls sets
                """#,
            says: [
                "full_backup_20261102_020000.sql.gz is damaged", "status 1\n", "20261101_020000.sql.gz.verified\n",
                "20261102_020000.sql.gz.failed\n",
            ], neverSays: ["20261102_020000.sql.gz.verified"]),
    ]
}
