import Remote

/// The commands of apt as fragments: they ask nothing, keep changed configuration files, and wait for other runs of it.
struct AptCommands: Sendable {
    /// How long to wait for another process that holds dpkg's lock.
    var lockTimeout = 60
    /// `-o` options for dpkg, such as `force-confold`.
    var dpkgOptions = ["force-confdef", "force-confold"]
    var installsRecommends: Bool?
    var defaultRelease: String?
    var allowsDowngrade = false
    var allowsUnauthenticated = false
    var removesUnused = false

    /// Reads the package lists anew. apt does not wait for the lock of the lists by itself, so it is tried again.
    static let update: Shell = """
        tries=0
        until apt-get -q update >&2; do
        tries=$((tries + 1))
        if [ "$tries" -ge 5 ]; then exit 100; fi
        sleep $((tries * 2))
        done
        touch /var/lib/apt/lists
        """

    func install(_ packages: [String], updating: Bool) -> Fragment {
        var flags: [String] = []
        if let installsRecommends { flags += ["-o", "APT::Install-Recommends=\(installsRecommends ? "yes" : "no")"] }
        if let defaultRelease { flags += ["-t", defaultRelease] }
        if allowsDowngrade { flags.append("--allow-downgrades") }
        if allowsUnauthenticated { flags.append("--allow-unauthenticated") }
        return fragment(updating: updating, "\(get + flags + ["install", "--"] + packages)")
    }

    func remove(_ packages: [String], purging: Bool) -> Fragment {
        let flags = (purging ? ["--purge"] : []) + (removesUnused ? ["--auto-remove"] : [])
        return fragment(updating: false, "\(get + flags + ["remove", "--"] + packages)")
    }

    func upgrade(_ command: [String], updating: Bool) -> Fragment {
        fragment(updating: updating, "\(get + (removesUnused ? ["--auto-remove"] : []) + command)")
    }

    func autoremove() -> Fragment { fragment(updating: false, "\(get + ["autoremove"])") }

    /// apt-get's own summary says that there was nothing to install, upgrade, remove or set up.
    static func foundNothing(_ reply: Reply) -> Bool {
        let lines = reply.output.split(separator: "\n")
        return lines.contains { $0.hasPrefix("0 upgraded, 0 newly installed, 0 to remove and ") }
            && !lines.contains { $0.hasSuffix(" not fully installed or removed.") }
    }

    private var get: [String] {
        ["apt-get", "-q", "-y"] + dpkgOptions.flatMap { ["-o", "Dpkg::Options::=--\($0)"] }
            + ["-o", "DPkg::Lock::Timeout=\(lockTimeout)"]
    }

    private func fragment(updating: Bool, _ command: Shell) -> Fragment {
        .changes(
            .lines(
                ["set -e", "export LC_ALL=C DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical"]
                    + (updating ? [Self.update] : []) + [command]))
    }
}
