import SystemPackage

/// What is done to a fresh Debian so that it is a bare server with an `ops` account.
struct ImageFiles {
    struct File: Hashable {
        /// Below the image's root, without a leading slash.
        let path: String
        let text: String
    }

    let spec: ImageSpec
    /// Lines for apt that the machine itself needs, a proxy say.
    let aptSettings: [String]

    var all: [File] {
        [
            File(path: "etc/apt/sources.list.d/debian.sources", text: sources),
            File(path: "etc/apt/apt.conf.d/90intchain-lab", text: apt),
            File(path: "etc/dpkg/dpkg.cfg.d/intchain-lab", text: "force-unsafe-io\n"),
            File(path: "etc/hosts", text: "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n"),
            File(path: "etc/hostname", text: "bare\n"),
            File(path: "etc/machine-id", text: ""),
        ]
    }

    private var sources: String {
        """
        Types: deb
        URIs: \(spec.mirror)
        Suites: \(spec.suite)
        Components: main
        Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

        """
    }

    /// A mirror's Release file may be past its date, and nothing may run apt behind a playbook's back.
    private var apt: String {
        let lines = [
            #"Acquire::Check-Valid-Until "false";"#, #"Acquire::Check-Date "false";"#, #"Acquire::Languages "none";"#,
            #"APT::Periodic::Enable "0";"#, #"DPkg::Lock::Timeout "120";"#,
        ]
        return (lines + aptSettings).joined(separator: "\n") + "\n"
    }

    /// Timers that use apt or the disk, and terminals nobody sits at.
    private static let masked = [
        "apt-daily.timer", "apt-daily-upgrade.timer", "console-getty.service", "dpkg-db-backup.timer",
        "e2scrub_all.timer", "fstrim.timer", "getty@tty1.service",
    ]

    /// Run on the machine, in this order.
    static func commands(root: FilePath) -> [Command] {
        let inside = { (arguments: [String]) in Command("chroot", [root.string] + arguments) }
        return [
            inside(["useradd", "--create-home", "--shell", "/bin/bash", "--groups", "sudo", "ops"]),
            inside(["install", "-d", "-o", "ops", "-g", "ops", "-m", "0700", "/home/ops/.ssh"]),
            inside(["systemctl", "enable", "ssh.service"]),
            inside(["systemctl", "mask"] + masked),
            inside(["find", "/etc/ssh", "-name", "ssh_host_*", "-delete"]),
            inside(["apt-get", "clean"]),
        ]
    }
}

/// Settings of the machine's apt.
enum AptSettings {
    /// The lines of `apt-config dump` that say how to reach a mirror from here.
    static func shared(from dump: String) -> [String] {
        dump.split(separator: "\n").map(String.init).filter { line in
            let name = line.prefix { $0 != " " }.lowercased()
            return name.hasPrefix("acquire::http") && name.contains("proxy") && !line.contains(#" "";"#)
        }
    }

    /// The Debian mirror that the machine itself uses; Debian's own when it uses none.
    static func mirror(sources texts: [String]) -> String {
        let words = texts.flatMap { $0.split(separator: "\n") }
            .filter { $0.hasPrefix("URIs:") || $0.hasPrefix("deb ") }
            .flatMap { $0.split(separator: " ") }
        let mirror = words.first { word in
            let path = word.hasSuffix("/") ? word.dropLast() : word
            return path.hasPrefix("http") && path.hasSuffix("/debian")
        }
        return mirror.map(String.init) ?? "http://deb.debian.org/debian"
    }
}
