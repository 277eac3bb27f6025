import Modules
import Remote

/// The shell text with which Sentinel is asked.
struct SentinelScripts: Sendable {
    let settings: SentinelSettings

    private var redis: RedisSettings { settings.redis }

    func failOver(by judge: SitePeer) -> Fragment {
        let login = settings.login(to: judge)
        return .changes(
            "\(login.execution(script: "\"$in1\""))",
            inputs: [login.script([["SENTINEL", "FAILOVER", settings.name]])], timeout: .seconds(15))
    }

    /// On the primary's host. Sentinel's own failover waits for no write, so writes are paused, which ends by itself,
    /// until the replica has all of them, and only then Sentinel is asked. As soon as the replica is the primary, the
    /// old one follows it, as Sentinel would have it do some seconds later: what waits is then refused, not lost.
    ///
    /// - Parameter seconds: less than Sentinel's `down-after`: its own messages wait too.
    func handOver(from primary: SitePeer, to heir: SitePeer, by judge: SitePeer, within seconds: Int) -> Fragment {
        let (old, new, sentinel) = (redis.login(at: primary), redis.login(to: heir), settings.login(to: judge))
        return .changes(
            """
            told() { printf '%s\\n' "$1" | tr -d '\\r' | grep -v '^OK$' | paste -s -d ' ' -; }
            number() { tr -d '\\r' | sed -n "s/^$1:\\([0-9]*\\).*/\\1/p"; }
            resume() { \(old.client(script: "\"$in3\"")) >/dev/null 2>&1 || :; }
            now() { read -r now rest </proc/uptime; now=${now%%.*}; }
            give_up() { resume; echo "$1; "\(primary.name)" takes writes again" >&2; exit 3; }
            trap 'resume; exit 129' HUP INT TERM
            now; start=$now
            ( \(old.execution(script: "\"$in1\"")) ) || give_up "writes could not be paused"
            want=$(\(old.client(script: "\"$in2\"")) 2>/dev/null | number master_repl_offset)
            [ -n "$want" ] || give_up "it does not say how far it is"
            while :; do
            have=$(\(new.client(script: "\"$in2\"")) 2>/dev/null | number slave_repl_offset)
            [ "${have:-0}" -lt "$want" ] || break
            now; [ $((now - start)) -lt \(seconds) ] || give_up \("\(heir.name) was not in step in time")
            sleep 0.05
            done
            out=$(\(sentinel.client(script: "\"$in4\"")) 2>&1) || give_up "Sentinel on "\(judge.name)" did not answer: $(told "$out")"
            case $out in *'(error)'*|*'Could not connect'*) give_up "Sentinel refused: $(told "$out")";; esac
            # It has said yes: the old primary takes writes again only when the heir surely does not.
            trap - HUP INT TERM
            moved() { case $(\(new.client(script: "\"$in2\"")) 2>/dev/null) in *role:master*) ;; *) false;; esac; }
            state=waiting
            while now; [ $((now - start)) -lt \(seconds + 20) ]; do
            going=$(\(sentinel.client(script: "\"$in5\"")) 2>/dev/null)
            if moved; then state=moved; break; fi
            case $going in *failover_in_progress*|'') ;; *'"flags"'*)
            if moved; then state=moved; break; fi
            give_up "Sentinel gave the failover up";; esac
            sleep 0.05
            done
            # Later than the pause, writes that are not the heir's may have been taken.
            now; [ "$state" = moved ] && [ $((now - start)) -lt \(Self.pause(seconds)) ] || {
            echo "Sentinel did not end the failover in time: look at redis status" >&2; exit 4; }
            tries=0
            until ( \(old.execution(script: "\"$in6\"")) ); do
            [ "$tries" -lt 20 ] || { echo \("\(primary.name) could not be told to copy from \(heir.name): Sentinel will") >&2; exit 5; }
            sleep 0.1; tries=$((tries + 1))
            done
            """,
            inputs: [
                old.script([["CLIENT", "PAUSE", String(Self.pause(seconds) * 1000), "WRITE"]]),
                old.script([["INFO", "replication"]]), old.script([["CLIENT", "UNPAUSE"]]),
                sentinel.script([["SENTINEL", "FAILOVER", settings.name]]),
                sentinel.script([["SENTINEL", "MASTER", settings.name]]),
                old.script([
                    ["REPLICAOF", heir.address, String(heir.port)], ["CONFIG", "REWRITE"], ["CLIENT", "UNPAUSE"],
                ]),
            ], timeout: .seconds(seconds + 60))
    }

    /// Seconds for which writes wait at most.
    private static func pause(_ seconds: Int) -> Int { seconds + 25 }

    /// Starts a server that is down, as a replica: with its old settings it would take writes until Sentinel sees it.
    func start(_ source: SitePeer) -> Fragment {
        let line = "replicaof \(source.address) \(source.port)"
        return .changes(
            """
            set -e
            file=\(redis.conf)
            grep -qxF \(line) "$file" || {
            ( umask 077; { sed '/^replicaof /d' "$file"; printf '%s\\n' \(line); } >"$file.new" )
            chown --reference="$file" -- "$file.new"; chmod --reference="$file" -- "$file.new"; mv -f -- "$file.new" "$file"
            }
            \(FencedService.redis.start)
            """, timeout: .seconds(30))
    }
}
