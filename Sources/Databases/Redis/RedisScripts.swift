import Modules
import Remote

/// The shell text with which Redis servers change places.
struct RedisScripts: Sendable {
    let settings: RedisSettings

    /// The role that a server has from its next start on, written by one rename with the owner that redis.conf has.
    func record(_ text: Shell) -> Shell {
        """
        file=\(settings.roleFile); like=$file; [ -e "$like" ] || like=$(dirname "$file")/redis.conf
        ( umask 077; printf '%s\\n' \(text) >"$file.new"
        chown --reference="$like" -- "$file.new" && chmod --reference="$like" -- "$file.new" && mv -f -- "$file.new" "$file" )
        """
    }

    static let primary: Shell = "'# primary'"
    func replica(of peer: SitePeer) -> Shell { "\("replicaof \(peer.address) \(peer.port)")" }

    /// The primary hands over: Redis itself pauses writes, waits for the replica, and takes everything back when that
    /// takes too long. The role is recorded first, so that a restart in between makes no second primary; it is taken back
    /// only once the server surely goes on as the primary, for a hand-over that was not aborted can still happen. A server
    /// that was restarted in between is a replica too: it is done when the other one is the primary.
    func handOver(from primary: SitePeer, to heir: SitePeer, within seconds: Int) -> Fragment {
        let login = settings.login(at: primary)
        return .changes(
            """
            set -e
            old=$(cat \(settings.roleFile))
            \(record(replica(of: heir)))
            look() { now=$(\(login.client(script: "\"$in2\"")) 2>&1 | tr -d '\\r') || :; }
            moved() {
            end=$(($(date +%s) + \(seconds + 2)))
            while :; do
            its=$(\(settings.login(to: heir).client(script: "\"$in4\"")) 2>&1 | tr -d '\r') || :
            case $its in *role:master*) exit 0;; esac
            look
            case $now in *role:master*master_failover_state:no-failover*)
            \(record("\"$old\""))
            echo \("\(heir.name) did not take the writes over; the old primary takes writes again") >&2; exit 3;;
            esac
            [ "$(date +%s)" -lt "$end" ] || break
            sleep 0.05
            done
            echo \("\(primary.name) is a replica, as one is that was restarted meanwhile, and \(heir.name) is no primary that it can reach: where nobody takes writes, do the same once more") >&2
            exit 5
            }
            back() {
            \(login.client(script: "\"$in3\"")) >/dev/null 2>&1 || :
            tries=0
            while [ "$tries" -lt 100 ]; do
            look
            case $now in
            *role:slave*) moved;;
            *role:master*master_failover_state:no-failover*)
            \(record("\"$old\""))
            echo "$1; the old primary takes writes again" >&2; exit 3;;
            esac
            sleep 0.05; tries=$((tries + 1))
            done
            echo "$1; nor did Redis say that it is aborted, so the role file still names the new primary: look at redis status" >&2
            exit 4
            }
            ( \(login.execution(script: "\"$in1\"")) ) || back "FAILOVER was refused"
            tries=0
            while [ "$tries" -lt \(seconds * 20 + 40) ]; do
            look
            case $now in
            *role:slave*) moved;;
            *master_failover_state:no-failover*) back "the replica was not in step in time";;
            esac
            sleep 0.05; tries=$((tries + 1))
            done
            back "the failover did not end"
            """,
            inputs: [
                login.script([
                    ["FAILOVER", "TO", heir.address, String(heir.port), "TIMEOUT", String(seconds * 1000)]
                ]), login.script([["INFO", "replication"]]), login.script([["FAILOVER", "ABORT"]]),
                settings.login(to: heir).script([["INFO", "replication"]]),
            ], timeout: .seconds(2 * seconds + 60))
    }

    /// A replica becomes the primary.
    func promote(_ peer: SitePeer) -> Fragment {
        let login = settings.login(at: peer)
        return .changes(
            """
            set -e
            \(record(Self.primary))
            \(login.execution(script: "\"$in1\""))
            """, inputs: [login.script([["REPLICAOF", "NO", "ONE"]])], timeout: .seconds(20))
    }

    /// A server copies from the primary, now and from its next start on; ends when the copy has come.
    func follow(_ source: SitePeer, on peer: SitePeer, within seconds: Int) -> Fragment {
        let login = settings.login(at: peer)
        return .changes(
            """
            set -e
            \(record(replica(of: source)))
            end=$(($(date +%s) + \(seconds)))
            until said=$( ( \(login.execution(script: "\"$in1\"")) ) 2>&1 ); do
            # One that was just started reads its own data first.
            case $said in *LOADING*) ;; *) printf '%s\\n' "$said" >&2; exit 1;; esac
            [ "$(date +%s)" -lt "$end" ] || { echo "it still loads its data after \(seconds) s" >&2; exit 3; }
            sleep 0.2
            done
            while :; do
            now=$(\(login.client(script: "\"$in2\"")) 2>&1 | tr -d '\\r') || true
            case $now in *master_host:\(source.address)*master_link_status:up*) exit 0;; esac
            [ "$(date +%s)" -lt "$end" ] || { echo "the copy did not come within \(seconds) s" >&2; exit 3; }
            sleep 0.2
            done
            """,
            inputs: [
                login.script([["REPLICAOF", source.address, String(source.port)]]),
                login.script([["INFO", "replication"]]),
            ], timeout: .seconds(seconds + 20))
    }

    /// Starts a server that was stopped, as a replica.
    func start(under source: SitePeer) -> Fragment {
        .changes("set -e\n\(record(replica(of: source)))\n\(FencedService.redis.start)", timeout: .seconds(30))
    }
}
