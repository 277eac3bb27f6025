import SystemPackage

/// The system's ssh with the lab's key and the lab's pinned host keys; the caller's own configuration plays no part.
package struct SSHClient: Hashable, Sendable {
    let privateKey: FilePath
    let knownHosts: FilePath

    package init(paths: LabPaths) {
        privateKey = paths.privateKey
        knownHosts = paths.knownHosts
    }

    /// What makes this lab's hosts known and open.
    private var options: [String] {
        [
            "-F", "none", "-i", privateKey.string, "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none",
            "-o", "UserKnownHostsFile=\(knownHosts)", "-o", "GlobalKnownHostsFile=none",
            "-o", "StrictHostKeyChecking=yes", "-o", "UpdateHostKeys=no", "-o", "LogLevel=ERROR",
        ]
    }

    /// Never asks anything and gives up soon.
    func command(address: String, _ words: [String]) -> Command {
        Command(
            "ssh", options + ["-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "ops@\(address)", "--"] + words)
    }

    /// A session for a person: a login shell, or the words as ssh passes them on.
    package func session(address: String, _ words: [String]) -> Command {
        Command("ssh", options + ["ops@\(address)"] + (words.isEmpty ? [] : ["--"] + words))
    }
}
