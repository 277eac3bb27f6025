/// Redis' backups.
extension BackupProgramTests {
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

    static let redisCases = [
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
