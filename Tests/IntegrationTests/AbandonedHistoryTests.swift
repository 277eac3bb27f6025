import Testing

/// What is history no more, since a restored server was promoted or one was made anew, is on no restore's way.
@Suite struct AbandonedHistoryTests {
    typealias Case = ProgramCase

    @Test(arguments: cases) func isReplayedOnlyByThoseWhoGoBackToBefore(_ example: Case) async throws {
        try await example.check()
    }

    /// The first server's logs go on to the fourteenth. Restored to the twelfth, the second was promoted at 3:19, and its
    /// logs lead on from there, with transactions of its own.
    private static let branch =
        RestoreWayTests.site + #"""
            v=aaaaaaaa-71ca-11e1-9e33-c80aa9429562
            log a/mysql-bin.000001 9 10 11 12 13 14
            log b/mysql-bin.000001 12 v20 v21
            abandon() { printf '%s\t%s\n' "$(date -ud "2026-01-18 03:$1:00Z" +%s)" "$2" >> restore/abandoned; }
            abandon 19 $u:13-14
            also() { # TIME GTIDS
                touch sets/full_backup_20260118_03$1.sql.gz
                printf 'snapshot_at\t2026-01-18 03:%s:%sZ\ngtid_executed\t%s\ncomplete\n' "${1:0:2}" "${1:2}" "$2" > sets/full_backup_20260118_03$1.sql.gz.manifest
            }
            told() { try "$@" 2>&1 | sed "s|$PWD/||g"; }

            """#
    private static let leftOut =
        "left out is what was abandoned when a server was promoted or made anew: 3e11fa47-71ca-11e1-9e33-c80aa9429562:13-14\n"

    private static let cases = [
        Case(
            testDescription: "the latest is that of the promoted server",
            script: branch + "told --to latest", says: ["that follow it are replayed: a b\n", leftOut]),
        Case(
            testDescription: "a moment after the promotion too",
            script: branch + "told --to 2026-01-18T03:20:30Z",
            says: ["that follow it are replayed, up to 2026-01-18T03:20:30Z: a b\n", leftOut]),
        Case(
            testDescription: "a plan takes what the site knows from its input, and the host's own list stays as it was",
            script: branch + """
                mv restore/abandoned site; echo ours > restore/promoted
                told --to latest | grep -c 'left out' || true
                export TOLD=yes; told --to latest < site; ls restore
                """, says: ["0\n", leftOut, "promoted\n"], neverSays: ["abandoned\n", "status"]),
        Case(
            testDescription: "who mistypes a moment takes nothing away from a promotion that was cut off",
            script: branch + """
                echo ours > restore/promoted
                bash "$lib/intchain-restore.sh" --to yesterday 2>&1 || echo "status $?"; ls restore
                """, says: ["'yesterday' is no moment", "status 1\n", "abandoned\npromoted\n"]),
        Case(
            testDescription: "at a moment before it, nothing had been abandoned",
            script: branch + "told --to 2026-01-18T03:13:30Z",
            says: ["up to 2026-01-18T03:13:30Z: a b\n"], neverSays: ["left out"]),
        Case(
            testDescription: "what was abandoned can be restored when it is named",
            script: branch + "told --to $u:14; told --before-statement t14",
            says: [
                "in a are replayed up to the end of mysql-bin.000001\n", "up to mysql-bin.000001, position 1400\n",
            ], neverSays: ["left out", "status"]),
        Case(
            testDescription: "the way to what came after it leaves it out",
            script: branch + "told --to $v:20; told --before-statement t21",
            says: [
                "3. the binary logs that lead to it are replayed, as far as they are older: a\n",
                "in b are replayed up to mysql-bin.000001, position 2100\n", leftOut,
            ], neverSays: ["status"]),
        Case(
            testDescription: "a set that has some of it is passed over",
            script: branch + """
                also 1330 $u:1-13
                told --to latest; told --to $v:20; told --to 2026-01-18T03:20:30Z; told --to backup
                """,
            says: [
                "warning: full_backup_20260118_031330.sql.gz has what was abandoned", "1. full_backup_20260118_020000",
            ], neverSays: ["1. full_backup_20260118_031330", "status"]),
        Case(
            testDescription: "unless the target is of before, or the set itself",
            script: branch + """
                also 1330 $u:1-13
                told --to $u:14; told --to 2026-01-18T03:14:30Z; told --to backup --backup full_backup_20260118_031330
                """, says: ["1. full_backup_20260118_031330"], neverSays: ["1. full_backup_20260118_02", "status"]),
        Case(
            testDescription: "and refused when it is named for more",
            script: branch + """
                also 1330 $u:1-13; told --to latest --backup full_backup_20260118_031330
                rm $set*; told --to latest
                """,
            says: [
                "full_backup_20260118_031330.sql.gz has 3e11fa47-71ca-11e1-9e33-c80aa9429562:13, which was abandoned",
                "--to backup restores its own moment",
            ], neverSays: ["is loaded"]),
        Case(
            testDescription: "no set of after the promotion leads to what was abandoned",
            script: branch + "also 2030 $u:1-12,$v:20; told --to $u:14; told --to latest",
            says: ["1. full_backup_20260118_020000", "1. full_backup_20260118_032030"], neverSays: ["status"]),
        Case(
            testDescription: "a second promotion may bring some of it back",
            script: branch + """
                mv restore/abandoned first; abandon 40 $u:14,$v:20-21; cat first >> restore/abandoned
                told --to latest; told --to $u:13; told --to $v:21
                """,
            says: [
                "made anew: 3e11fa47-71ca-11e1-9e33-c80aa9429562:14,aaaaaaaa-71ca-11e1-9e33-c80aa9429562:20-21\n",
                "in a are replayed up to mysql-bin.000001, position 1400\n", leftOut,
            ], neverSays: ["status"]),
        Case(
            testDescription: "what the promoted server lacks of the logs is noted as abandoned",
            script: branch + #"""
                sed -i '/^install -d -o root/,$d; /^promote() { fail/d' "$lib/intchain-restore.sh"
                set -- --promote
                . "$lib/intchain-restore.sh"
                mkdir "$here"; printf 'gtid_executed\t%s:1-13,%s:20\n' $u $v > "$here/result"
                work=$PWD/work; (abandon_the_rest)
                echo "known: $(cat "$ABANDONED")"; cut -f 2 "$here/abandoned" | tr , '\n' | sort
                """#,
            says: [
                "will be abandoned", "known: 1768706340\t3e11fa47-71ca-11e1-9e33-c80aa9429562:13-14\n",
                "3e11fa47-71ca-11e1-9e33-c80aa9429562:13-14\n3e11fa47-71ca-11e1-9e33-c80aa9429562:14\n"
                    + "aaaaaaaa-71ca-11e1-9e33-c80aa9429562:21\n",
            ]),
        Case(
            testDescription: "and only once it is promoted",
            script: branch + #"""
                sed -i '/^install -d -o root/,$d; /^promote() { fail/d' "$lib/intchain-restore.sh"
                set -- --promote
                . "$lib/intchain-restore.sh"
                mkdir -p "$here/data"; printf 'gtid_executed\t%s:1-12\n' $u > "$here/result"
                work=$PWD/work; datadir=$PWD/mysql; rm restore/abandoned
                refuse_a_dead_one() { :; }; refuse_beside_a_live_primary() { :; }
                close_scratch() { fail "it did not end in order"; }
                (promote) || true
                ls restore
                """#, says: ["it did not end in order"], neverSays: ["abandoned"]),
        Case(
            testDescription: "a promotion that was cut off at its end can be asked for once more",
            script: branch + #"""
                sed -i '/^install -d -o root/,$d; /^promote() { fail/d' "$lib/intchain-restore.sh"
                set -- --promote
                . "$lib/intchain-restore.sh"
                stop_scratch() { :; }
                mysql() { echo "$closed"; }
                mkdir -p "$here"; : > "$here/result"; : > "$PROMOTED"
                closed=0; only_plan=yes; promote; ls restore/restored; only_plan=no; promote; ls restore
                closed=1; (promote) || true
                """#,
            says: ["is promoted already\nresult\n", "abandoned\npromoted\n", "there is no restored server here"]),
        Case(
            testDescription: "a former primary that goes on has its history again",
            script: branch + #"""
                sed -i '/^install -d -o root/,$d; /^recognize() { :/d' "$lib/intchain-restore.sh"
                set -- --recognize
                . "$lib/intchain-restore.sh"
                mysql() { echo "$u:1-13"; }
                recognize; recognize; cut -f 2 restore/abandoned
                """#,
            says: [
                "is history again; abandoned stays 3e11fa47-71ca-11e1-9e33-c80aa9429562:14\n"
                    + "3e11fa47-71ca-11e1-9e33-c80aa9429562:14\n3e11fa47-71ca-11e1-9e33-c80aa9429562:13-14\n"
            ]),
        Case(
            testDescription: "what a server had alone until it was made anew is given up once, beside what was before",
            script: branch + #"""
                more() { bash "$lib/intchain-restore.sh" --abandon "$1" || echo "status $?"; }
                more "$v:21, $v:20"; more $v:20-21; more $u:14; cut -f 2 restore/abandoned | tr , '\n' | sort
                told --to latest; told --to $v:21
                rm restore/abandoned; more $u:14; cut -f 2 restore/abandoned
                """#,
            says: [
                "aaaaaaaa-71ca-11e1-9e33-c80aa9429562:21, aaaaaaaa-71ca-11e1-9e33-c80aa9429562:20 will be replayed by no later",
                "restore, unless to a moment before now\n3e11fa47-71ca-11e1-9e33-c80aa9429562:13-14\n"
                    + "3e11fa47-71ca-11e1-9e33-c80aa9429562:13-14\naaaaaaaa-71ca-11e1-9e33-c80aa9429562:20-21\n",
                "made anew: 3e11fa47-71ca-11e1-9e33-c80aa9429562:13-14,aaaaaaaa-71ca-11e1-9e33-c80aa9429562:20-21\n",
                "in b are replayed up to the end of mysql-bin.000001\n",
                "before now\n3e11fa47-71ca-11e1-9e33-c80aa9429562:14\n",
            ], neverSays: ["status"]),
    ]
}
