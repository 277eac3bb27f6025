# The doctor's words. Each finding is one line, with tabs between: level, area, what, evidence, the command that mends it.
# POSIX sh; only reads. What it needs to know of the site comes in the environment.
LC_ALL=C
export LC_ALL
tab=$(printf '\t')
clean() { printf %s "$1" | tr '\t\n\r' '   ' | cut -c1-400; }
finding() { printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$(clean "$3")" "$(clean "$4")" "$(clean "${5-}")"; }
bad() { finding bad "$@"; }
warn() { finding warn "$@"; }
good() { finding ok "$@"; }
fact() { finding info "$@"; }
# The end of a file, its last lines in one.
tail_of() { [ -r "$1" ] && tail -n "${2:-2}" "$1" | tr '\n' ' '; }
# Who listens on a port: program and process.
holder() { ss -Hltnp "sport = :$1" 2>/dev/null | sed -n 's/.*users:((\("[^"]*",pid=[0-9]*\).*/\1/p' | head -n 1; }
# name, route, TCP: the first that fails is the finding, and status 1.
reach() { # AREA NAME ADDRESS PORT
    getent ahosts "$3" >/dev/null || { bad "$1" "$2: the name $3 is unknown" "getent ahosts $3" "check ansible_host and DNS"; return 1; }
    way=$(ip route get "$3" 2>&1) || { bad "$1" "$2: there is no route to $3" "$way" "ip route; check the host's network"; return 1; }
    why=$(timeout 3 bash -c ": </dev/tcp/$3/$4" 2>&1) && return 0
    case $why in
    *refused*) bad "$1" "$2: nothing listens on $3:$4" "connection refused" "on $2: systemctl status the server" ;;
    *) bad "$1" "$2: $3:$4 does not answer" "${why:-timed out after 3 s}: host down, or a firewall drops it" "ping $3; on $2: nft list table inet intchain" ;;
    esac
    return 1
}
# What systemd says of a unit that should run: status 1 when it does not.
running() { # AREA UNIT PORT CONFIG-CHECK LOG
    if systemctl is-active --quiet "$2"; then
        good "$1" "$2 runs" "since $(systemctl show -p ActiveEnterTimestamp --value "$2"), restarted $(systemctl show -p NRestarts --value "$2") times by systemd"
        return 0
    fi
    state=$(systemctl show -p ActiveState,SubState,Result,ExecMainCode,ExecMainStatus,LoadState "$2" | paste -s -d ' ' -)
    bad "$1" "$2 does not run" "$state" "systemctl start $2"
    case $(systemctl show -p UnitFileState --value "$2") in
    masked*) bad "$1" "$2 is masked" "someone fenced it, or a failover did" "see that no other server is primary first; then systemctl unmask $2" ;;
    esac
    [ -z "$(tail_of "$5")" ] || fact "$1" "the end of $5" "$(tail_of "$5" 3)"
    who=$(holder "$3")
    [ -z "$who" ] || bad "$1" "port $3 is taken by $who" "ss -ltnp" "stop that program, then systemctl start $2"
    if said=$(sh -c "$4" 2>&1); then good "$1" "the configuration is accepted" "$4"; else bad "$1" "the configuration is refused" "$said" "intchainctl apply playbooks/provision.yml --limit $(hostname)"; fi
    return 1
}
