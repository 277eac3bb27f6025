import Testing

/// What writes Redis' snapshots and finds them again, run here with a stand-in for the server.
@Suite struct RedisBackupTests {
    typealias Case = ProgramCase

    @Test(arguments: snapshotCases + copyCases + latestCases) func storesTonightsSnapshot(_ example: Case) async throws
    {
        try await example.check()
    }

    /// A server of the run `a` whose last snapshot is of second 100. Once it was asked for a new one, each look at it shows
    /// the next of $AFTER: run, second of the last snapshot, whether one is being written; or nothing. The last stays.
    private static let server = #"""
        mkdir redis; echo old > dump.rdb; touch -d yesterday dump.rdb
        sed -i "s|/var/lib/redis/dump.rdb|$PWD/dump.rdb|" "$lib/intchain-redis-backup.sh"
        cat >> "$lib/redis.sh" << 'END'
        check_rdb() { :; }; start_scratch() { :; }; drop_scratch() { :; }; scratch_keys() { echo 3; }; loaded_all() { :; }
        look_again() {
            local run second busy now
            read -r now _ < after
            ! grep -q ' ' after || sed -i 's/^[^ ]* //' after
            [ "$now" != - ] || { echo "Could not connect to Redis"; return 1; }
            IFS=: read -r run second busy <<< "$now"
            [ "$second" = 100 ] || [ "${KEEPS_IT_ELSEWHERE:-}" ] || echo new > dump.rdb
            printf 'role:%s\nconnected_slaves:1\nused_memory:1\nrun_id:%s\nrdb_last_save_time:%s\nrdb_bgsave_in_progress:%s\n' \
                "${ROLE:-slave}" "$run" "$second" "$busy"
            printf 'aof_rewrite_in_progress:0\nrdb_last_bgsave_status:ok\n'
        }
        ask() {
            case $* in
            "BGSAVE SCHEDULE") echo "$AFTER" > after; echo "${ANSWER:-Background saving started}" ;;
            INFO) look_again ;;
            *) echo "ERR another child process is active" ;;
            esac
        }
        END
        ssh() { cat > /dev/null; [ ! -e down ] && echo stored; }; export -f ssh
        export AFTER ANSWER ROLE KEEPS_IT_ELSEWHERE
        ROLE=slave ANSWER= KEEPS_IT_ELSEWHERE=
        backup() { echo a:100:0 > after; bash "$lib/intchain-redis-backup.sh" || echo "status $?"; }

        """#

    private static let snapshotCases = [
        Case(
            testDescription: "silence ends no wait for a snapshot",
            script: server + "AFTER='a:100:1 - - a:101:1 a:101:0'; backup; cat redis/redis_*.rdb",
            says: ["(3 keys, 4 bytes)", "\nnew\n"], neverSays: ["status"]),
        Case(
            testDescription: "nor does the start of a server that was restarted",
            script: server + "AFTER='a:100:1 - b:101:0'; backup",
            says: ["error: Redis was restarted before its snapshot was written", "status 1"], neverSays: ["wrote"]),
        Case(
            testDescription: "a file that was not written anew is no snapshot of tonight",
            script: server + "AFTER=a:101:0; KEEPS_IT_ELSEWHERE=yes; backup",
            says: ["dump.rdb was not written anew", "status 1"], neverSays: ["wrote"]),
        Case(
            testDescription: "a snapshot that Redis does not begin is not waited for",
            script: server + "AFTER=a:100:0; ANSWER='MISCONF there is no room'; backup",
            says: ["Redis began no snapshot: MISCONF there is no room", "status 1"]),
        Case(
            testDescription: "a server that can't be asked is told",
            script: server
                + "look_again() { return 1; }; sed -i 's/INFO) look_again/INFO) echo refused; false/' $lib/redis.sh; backup",
            says: ["Redis can't be asked: refused", "status 1"]),
    ]

    private static let copyCases = [
        Case(
            testDescription:
                "a snapshot whose copy failed is sent by the next run, also of a server that is the primary now",
            script: server + """
                AFTER='a:101:0'; touch down; backup; rm down; ROLE=master; echo again; backup; ls redis
                """,
            says: [
                "the copy on redis2 failed; the backup here is good, and goes there with the next run: redis_",
                "status 1\nagain",
                "copied to redis2 and compared: redis_", "left to the replica",
            ], neverSays: ["unsent"])
    ]

    private static let latestCases = [
        Case(
            testDescription: "the newest snapshot is also found among the copies of the other servers'",
            script: #"""
                mkdir -p redis copies/redis2
                keep() {
                    echo REDIS > "$1"
                    printf 'host\t%s\nstarted\t%s\nkeys\t7\n' "$2" "$(date -u -d "$3" +%Y-%m-%dT%H:%M:%SZ)" > "$1.manifest"
                }
                keep redis/redis_20260117_021500.rdb redis1 '30 hours ago'
                sed -i "s|/var/lib/redis-restore|$PWD/restore|" "$lib/intchain-redis-restore.sh"
                plan() { bash "$lib/intchain-redis-restore.sh" --from "$1" --plan; }
                plan latest; keep copies/redis2/redis_20260118_021500.rdb redis2 '5 hours ago'; plan latest
                rm redis/* copies/redis2/*; plan latest || plan none.rdb || ls restore
                """#,
            says: [
                "/redis/redis_20260117_021500.rdb, a snapshot of redis1, 30 h old, with 7 keys, would be restored",
                "/copies/redis2/redis_20260118_021500.rdb, a snapshot of redis2, 5 h old, with 7 keys, would be restored",
                "error: there is no snapshot in", "error: there is no none.rdb",
            ], neverSays: ["restored\n"])
    ]
}
