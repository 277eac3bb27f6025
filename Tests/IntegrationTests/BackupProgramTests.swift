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
}
