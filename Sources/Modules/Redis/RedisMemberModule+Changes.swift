import Remote

extension RedisMemberModule {
    /// The role file's one line, with the owner and mode of the file that it replaces, or of redis.conf beside it.
    func write(_ text: String, _ summary: String) -> Change {
        Change(
            summary, diff: TextDiff(name: roleFile, before: nil, after: text), by: .changes("set -e\n\(deposit(text))"))
    }

    private func deposit(_ text: String) -> Shell {
        """
        file=\(roleFile); like=$file; [ -e "$like" ] || like=$(dirname "$file")/redis.conf
        umask 077; printf %s \(text) >"$file.new"
        if [ -e "$like" ]; then chown --reference="$like" -- "$file.new"; chmod --reference="$like" -- "$file.new"
        else chmod 0644 "$file.new"; fi
        mv -f -- "$file.new" "$file"
        """
    }

    /// Waits for the primary, follows it at once, checks that the copy has come, and records it for restarts.
    func follow(_ primary: SitePeer) -> Change {
        let source = RedisLogin(address: primary.address, port: primary.port, password: password)
        let own = RedisLogin(port: port, password: password)
        let asks = [["INFO", "replication"]]
        return Change(
            "replicate from \(primary.name)",
            diff: TextDiff(name: roleFile, before: nil, after: "replicaof \(primary.address) \(primary.port)\n"),
            by: .changes(
                """
                set -e
                \(wait(for: source, script: "\"$in1\"", pattern: "role:master", failure: "\(primary.name) is no primary"))
                ( \(own.execution(script: "\"$in2\"")) )
                \(deposit("replicaof \(primary.address) \(primary.port)\n"))
                \(wait(for: own, script: "\"$in3\"", pattern: "master_link_status:up", failure: "the copy did not come"))
                """,
                inputs: [
                    source.script(asks), own.script([["REPLICAOF", primary.address, String(primary.port)]]),
                    own.script(asks),
                ]))
    }

    private func wait(for login: RedisLogin, script: Shell, pattern: String, failure: String) -> Shell {
        """
        end=$(($(date +%s) + \(patience)))
        while :; do
        now=$(\(login.client(script: script)) 2>&1 | tr -d '\\r') || true
        case $now in *\(pattern)*) break;; esac
        [ "$(date +%s)" -lt "$end" ] || { echo \("\(failure) within \(patience) s:") $(printf %s "$now" | head -n 4) >&2; exit 3; }
        sleep 1
        done
        """
    }
}
