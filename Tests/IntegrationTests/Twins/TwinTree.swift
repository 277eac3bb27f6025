import Foundation

/// Everything on a host that its playbooks can have left: paths, kinds, modes, owners and bytes, units and their states.
struct TwinTree {
    /// Files that changed since it was touched are compared by their bytes.
    static let stamp = "/var/tmp/twins"

    /// Path or unit → what is known of it.
    let entries: [String: String]

    /// What differs between the two, a line each.
    func differences(from other: TwinTree) -> [String] {
        Set(entries.keys).union(other.entries.keys).sorted().compactMap { key in
            let (mine, its) = (entries[key], other.entries[key])
            return mine == its ? nil : "\(key): \(mine ?? "missing"), Ansible: \(its ?? "missing")"
        }
    }

    /// Programs' own records: logs, caches, databases, keys and times that never come out the same.
    private static let ignored: [String] = [
        "/proc", "/sys", "/dev", "/run", "/tmp/*", "/var/log/*", "/var/cache/*", "/var/backups/*", "/var/tmp/*",
        "/var/lib/apt/*", "/var/lib/dpkg/*", "/var/lib/systemd/*", "/var/lib/mysql/*", "/var/lib/mysql-*/*",
        "/var/lib/redis/*", "/var/lib/private/*", "/var/lib/docker", "/var/lib/ucf/*", "/root/.ansible*",
        "/home/ops/.ansible*", "*/__pycache__*", "/etc/ld.so.cache", "/etc/mysql/debian.cnf", "/etc/machine-id",
        "/etc/ssh/ssh_host_*", "/var/spool/cron/crontabs/*", "/var/lib/intchainctl", "/etc/hostname", "/etc/hosts",
        "/etc/resolv.conf", "*/.git/*", "/etc/shadow",
        "/etc/shadow-",
    ]

    /// States that change by themselves.
    private static let ignoredUnits = ["systemd-", "apt-daily", "dpkg-db-backup", "user", "session", "run-", "dev-"]

    static let script = """
        find / -xdev \\( \(ignored.map { "-path '\($0)'" }.joined(separator: " -o ")) \\) -prune \
        -o -printf '%p\\t%y %m %u:%g %l\\n'
        find / -xdev \\( \(ignored.map { "-path '\($0)'" }.joined(separator: " -o ")) \\) -prune \
        -o -type f -cnewer \(stamp) -print0 | xargs -0 -r sha256sum | sed 's/^\\([0-9a-f]*\\)  \\(.*\\)/\\2\\t\\1/'
        crontab -l 2>/dev/null | sed 's/^/crontab\\t/'
        sed '/^ops:/d; s/^\\([^:]*\\):/shadow \\1\\t/' /etc/shadow
        systemctl list-units --all --plain --no-legend --no-pager --type=service,timer,socket,path,mount \
        | awk '{print $1 "\\t" $2 " " $3 " " $4}'
        systemctl list-unit-files --no-legend --no-pager | awk '{print $1 "\\t" $2}'
        """

    /// - Parameter text: what the script printed.
    init(_ text: String) {
        var entries: [String: String] = [:]
        for line in text.split(separator: "\n") {
            guard let tab = line.firstIndex(of: "\t") else { continue }
            let key = Self.withoutTime(String(line[..<tab]))
            guard !Self.ignoredUnits.contains(where: key.hasPrefix) else { continue }
            entries[key, default: ""] += " " + line[line.index(after: tab)...]
        }
        self.entries = entries
    }

    /// A backup's name without its process and time.
    private static func withoutTime(_ path: String) -> String {
        path.replacing(/\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~$/, with: ".TIME~")
    }
}
