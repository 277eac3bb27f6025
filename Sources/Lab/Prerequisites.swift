import Glibc
import SystemPackage

/// What a machine must have before a lab can stand on it.
enum Prerequisites {
    /// Programs and the Debian packages that hold them.
    private static let programs = [
        ("systemd-nspawn", "systemd-container"), ("debootstrap", "debootstrap"), ("ip", "iproute2"),
        ("nft", "nftables"), ("ssh", "openssh-client"), ("ssh-keygen", "openssh-client"),
        ("setsid", "util-linux"), ("unshare", "util-linux"), ("nsenter", "util-linux"), ("mount", "mount"),
    ]
    private static let keyring = (
        file: "/usr/share/keyrings/debian-archive-keyring.gpg" as FilePath, package: "debian-archive-keyring"
    )

    /// - Throws: `LabError.notRoot`.
    static func requireRoot(for verb: String) throws(LabError) {
        guard geteuid() == 0 else { throw .notRoot(verb: verb) }
    }

    /// - Throws: `LabError.missing` with every package that is.
    static func requirePackages() throws(LabError) {
        var missing = programs.filter { ProgramPath.find($0.0) == nil }.map(\.1)
        if !keyring.file.exists { missing.append(keyring.package) }
        guard missing.isEmpty else { throw .missing(packages: Set(missing).sorted()) }
    }

    /// The control group under which all labs hang.
    ///
    /// - Throws: `LabError.noUnifiedControlGroups`.
    static func controlGroups() throws -> FilePath {
        guard let root = try Mounts.current().controlGroups else { throw LabError.noUnifiedControlGroups }
        return root.appending("intchain-lab")
    }
}
