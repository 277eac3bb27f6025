import Modules
import Remote

/// How it is made sure that a primary that is thought dead takes no write any more.
enum Fence: Hashable, Sendable {
    /// Its server was stopped on its own host, and masked.
    case stopped
    /// Its port was cut off on every host that might write to it.
    case cutOff([String])
    /// A person says so. Some hosts can't reach its port any more all the same; of the others it is told why they can.
    case sworn(cutOff: [String], missed: [String])

    func sentence(_ name: String) -> String {
        switch self {
        case .stopped: "\(name) is fenced: its server was stopped and masked"
        case .cutOff(let hosts): "\(name) is fenced: \(hosts.joined(separator: ", ")) can't reach its port any more"
        case .sworn(let hosts, _):
            "\(name) is fenced by your word"
                + (hosts.isEmpty ? "" : "; \(hosts.joined(separator: ", ")) can't reach its port any more")
        }
    }

    /// What a person has to look at.
    func warnings(_ name: String) -> [String] {
        guard case .sworn(_, let missed) = self, !missed.isEmpty else { return [] }
        return ["not cut off from \(name), and may write to it should it come back: \(missed.joined(separator: "; "))"]
    }
}

/// The shell text of fences.
struct FenceScripts: Sendable {
    let server: SitePeer

    /// Ends the service at once, for one that hangs would not end by itself, and keeps it from starting: in this boot
    /// by the mask, after it by what is recorded, or, where that can't be written, by a mask that stays. Where neither
    /// can it ends the service all the same, but fails.
    func stop(_ kind: FencedService, recording: Shell, inputs: [[UInt8]] = []) -> Fragment {
        .changes(
            """
            ( set -e
            \(recording) )
            recorded=$?
            \(kind.unit)
            [ "$recorded" = 0 ] || { systemctl mask --quiet "$unit.service" && recorded=0; }
            systemctl mask --runtime --quiet "$unit.service"
            systemctl kill --signal=KILL "$unit.service" 2>/dev/null
            timeout 20 systemctl stop "$unit.service"
            tries=0
            while [ "$tries" -lt 50 ]; do
            case $(systemctl is-active "$unit.service") in
            inactive|failed) [ -n "$(ss -Hltn sport = :\(server.port))" ] || {
            [ "$recorded" = 0 ] || echo "$unit was ended, but it could not be recorded that it must not start again" >&2
            exit "$recorded"; };;
            esac
            sleep 0.2; tries=$((tries + 1))
            done
            echo "$unit did not end" >&2; exit 3
            """, inputs: inputs, timeout: .seconds(60))
    }

    /// Runs a stop on the server's own host, and gives up on it when the time is over.
    /// - Returns: nil when it is stopped; else why that is not known, and another fence is needed.
    /// - Throws: what ends the failover itself, as `CancellationError`.
    static func attempt(
        _ doing: String, within limit: Duration = .seconds(70), _ stop: @escaping @Sendable () async throws -> Reply
    ) async throws -> String? {
        do {
            let reply = try await limited(to: limit, stop)
            return reply.succeeded ? nil : "\(ModuleFailure(doing, reply))"
        } catch  where error is TransportError || error is ModuleFailure {
            return "\(error)"
        }
    }

    /// A table of its own: provisioning replaces `inet intchain` and leaves this one alone.
    private var table: String {
        "intchain_fence_\(server.port)_" + server.address.map { $0.isNumber || $0.isLetter ? String($0) : "_" }.joined()
    }
    private var file: String { "/etc/intchain/fence-\(server.name)-\(server.port).nft" }

    private var rules: String {
        let family = server.address.contains(":") ? "ip6" : "ip"
        return """
            # Written by intchainctl: \(server.name) must not be reached until its rejoin removes this.
            table inet \(table)
            delete table inet \(table)
            table inet \(table) {
                chain output {
                    type filter hook output priority -10; policy accept;
                    \(family) daddr \(server.address) tcp dport \(server.port) counter reject with tcp reset
                }
            }

            """
    }

    private static let unit = """
        # Written by intchainctl.
        [Unit]
        Description=Intchain fences (servers that must not be reached)
        Before=network-pre.target
        Wants=network-pre.target
        # A reload of nftables.service empties the whole ruleset: ours comes back with it.
        After=nftables.service
        ReloadPropagatedFrom=nftables.service

        [Service]
        Type=oneshot
        RemainAfterExit=yes
        ExecStart=/bin/sh -c 'for f in /etc/intchain/fence-*.nft; do [ ! -e "$f" ] || nft -f "$f"; done'
        ExecReload=/bin/sh -c 'for f in /etc/intchain/fence-*.nft; do [ ! -e "$f" ] || nft -f "$f"; done'

        [Install]
        WantedBy=multi-user.target

        """

    /// Cuts a client off, also after a restart, and sees that it is. What is refused at once is not waited for: a replica's
    /// receiver would hold up the move until its connect gives up, and a service's statement longer still. Nor is it
    /// waited until systemd has read its units again: that takes it a second or two, and at a restart it does so anyway.
    var cutOff: Fragment {
        .changes(
            """
            set -e
            mkdir -p /etc/intchain /etc/systemd/system/multi-user.target.wants
            cat "$in1" >\(file + ".new"); chmod 0644 \(file + ".new"); mv -f \(file + ".new") \(file)
            cat "$in2" >/etc/systemd/system/intchain-fence.service
            # A kernel without this answer drops.
            nft -f \(file) 2>/dev/null || { sed -i 's/reject with tcp reset/drop/' \(file); nft -f \(file); }
            nft list table inet \(table) | grep -q -e drop -e reject
            # Last: one that is cut off half way is not there after a restart.
            ln -sfn /etc/systemd/system/intchain-fence.service /etc/systemd/system/multi-user.target.wants/
            set -- org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager Reload
            busctl -q --expect-reply=no call "$@" 2>/dev/null || systemctl daemon-reload
            """, inputs: [Array(rules.utf8), Array(Self.unit.utf8)], timeout: .seconds(20))
    }

    /// Lets a client reach the server again; nothing to do where there is no fence.
    var letThrough: Fragment {
        .changes(
            """
            rm -f \(file)
            nft delete table inet \(table) 2>/dev/null
            set -- /etc/intchain/fence-*.nft
            [ -e "$1" ] || [ ! -e /etc/systemd/system/intchain-fence.service ] || {
            systemctl -q disable intchain-fence.service; rm -f /etc/systemd/system/intchain-fence.service
            systemctl daemon-reload
            }
            exit 0
            """, timeout: .seconds(20))
    }

    /// Tells whether there is a fence: prints `yes`.
    var look: Fragment { .reads("[ ! -e \(file) ] || echo yes") }
}

/// The service that a fence stops, by the names that the OS families give its unit.
enum FencedService: Hashable, Sendable {
    case mysql, redis

    /// What the commands call it.
    var noun: String { self == .mysql ? "db" : "redis" }

    /// Sets `$unit`; a masked unit is told by its file.
    var unit: Shell {
        let (debian, other) = self == .mysql ? ("mysql", "mysqld") : ("redis-server", "redis")
        return """
            unit=\(other); for folder in /usr/lib /lib /etc; do
            [ ! -f "$folder"/systemd/system/\(debian).service ] || unit=\(debian); done
            """
    }

    /// Lets it start again, and starts it.
    var start: Shell {
        """
        \(unit)
        systemctl unmask --runtime --quiet "$unit.service"
        systemctl unmask --quiet "$unit.service"
        systemctl start --no-block "$unit.service"
        """
    }
}
