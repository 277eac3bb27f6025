/// What a base image is made of; two images with the same key are the same.
package struct ImageSpec: Hashable, Sendable {
    /// sid is the Debian suite that has the real MySQL.
    package var suite = "sid"
    /// What a bare server has.
    package var packages = [
        "ca-certificates", "dbus", "iproute2", "libpam-systemd", "openssh-server", "procps", "sudo", "systemd",
        "systemd-sysv",
    ]
    /// Downloaded into the image but not installed, so that every host finds them in its apt archive.
    package var archives = [
        "cron", "curl", "docker-cli", "docker-compose", "docker.io", "logrotate", "mysql-server", "nftables", "nginx",
        "openssl", "python3", "redis-server", "rsync", "supervisor",
    ]
    package var mirror: String

    package init(mirror: String) {
        self.mirror = mirror
    }

    /// Raised when what is done to the image after debootstrap changes.
    private static let format = 1

    /// The folder name of the image in the cache.
    package var key: String {
        let parts = [String(Self.format), suite, mirror] + packages.sorted() + ["/"] + archives.sorted()
        return "\(suite)-\(String(Fingerprint.of(parts.joined(separator: " ")), radix: 16))"
    }
}
