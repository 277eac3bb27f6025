package import Remote

extension HostFacts {
    /// How much is asked of a host.
    package enum Extent: Sendable {
        /// What modules need, and what the shell of a host tells without starting a process.
        case own
        /// Also the clock, the addresses, the memory in use and the host's full name.
        case all
    }

    /// Read-only text that prints what facts are made from: pairs of a key and a value, each ended by NUL.
    ///
    /// It runs on each connect, so it reads files with the shell's own `read`, and starts no process for what the shell
    /// can tell by itself: two for all facts, none for a host's own on a current kernel.
    package static func greeting(_ extent: Extent = .all) -> Shell {
        switch extent {
        case .own: own
        case .all: .lines([own, rest])
        }
    }

    private static let own: Shell = #"""
        export LC_ALL=C
        say() { printf '%s\0%s\0' "$1" "$2"; }
        first() { line=; if [ -r "$2" ]; then IFS= read -r line < "$2"; fi; say "$1" "$line"; }
        whole() {
        printf '%s\0' "$1"
        if [ -r "$2" ]; then while IFS= read -r line || [ -n "$line" ]; do printf '%s\n' "$line"; done < "$2"; fi
        printf '\0'
        }
        whole os-release /etc/os-release
        first debian-version /etc/debian_version
        first centos-release /etc/centos-release
        first hostname /proc/sys/kernel/hostname
        first kernel /proc/sys/kernel/osrelease
        first cpus /sys/devices/system/cpu/online
        first init /proc/1/comm
        first uptime /proc/uptime
        first memory /proc/meminfo
        printf 'tools\0'
        for tool in apt-get dnf yum zypper apk pacman systemctl; do
        if command -v "$tool" >/dev/null 2>&1; then printf '%s ' "$tool"; fi
        done
        printf '\0'
        say home "${HOME-}"
        say shell "${SHELL-}"
        if [ -r /proc/sys/kernel/arch ]; then first machine /proc/sys/kernel/arch
        else printf 'machine\0'; uname -m; printf '\0'; fi
        printf 'identity\0'
        uid= gid=
        while read -r key value own value; do
        case $key in Uid:) uid=$own ;; Gid:) gid=$own; break ;; esac
        done 2>/dev/null </proc/self/status
        if [ "$uid" = 0 ]; then echo "uid=0(root) gid=$gid"
        elif [ "$gid" ] && [ "${LOGNAME-}" ] && [ -O "${HOME-}" ] && [ "${SUDO_UID-$uid}" = "$uid" ]; then echo "uid=$uid($LOGNAME) gid=$gid"
        else id; fi
        printf '\0'
        """#

    private static let rest: Shell = #"""
        whole meminfo /proc/meminfo
        whole routes /proc/net/route
        whole hosts /etc/hosts
        printf 'date\0'; date '+%s|%Y-%m-%dT%H:%M:%S|%Z|%z|%A|%j'; printf '\0'
        printf 'addresses\0'; if command -v ip >/dev/null 2>&1; then ip -o addr show; fi; printf '\0'
        """#

    /// Facts under Ansible's names, from the greeting's answer.
    /// - Throws: `ModuleFailure` when it is no such answer.
    package init(parsing reply: Reply) throws {
        var fields = NULFields(reply.stdout)
        var said: [String: String] = [:]
        while let key = fields.text(), let value = fields.text() {
            said[key] = value.hasSuffix("\n") ? String(value.dropLast()) : value
        }
        guard reply.succeeded, fields.isAtEnd, said["identity"] != nil else {
            throw ModuleFailure("reading facts failed", reply)
        }
        self.init(GreetingAnswer(said).facts)
    }
}
