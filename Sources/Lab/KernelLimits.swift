import SystemPackage

/// Limits of the machine that all hosts of all labs share, since none has a user namespace of its own.
enum KernelLimits {
    /// Each systemd takes a few dozen inotify instances; the kernel gives one user 128, enough for three or four hosts
    /// under load, and an init that gets none gives up at once.
    private static let wanted: [(file: FilePath, least: Int)] = [
        ("/proc/sys/fs/inotify/max_user_instances", 8192),
        ("/proc/sys/fs/inotify/max_user_watches", 524_288),
    ]

    /// Raises what is too low; never lowers anything.
    static func raise() throws {
        for limit in wanted {
            let text = try limit.file.text()
            guard let present = Int(text.prefix { $0.isNumber }), present < limit.least else { continue }
            try limit.file.put(String(limit.least))
        }
    }
}
