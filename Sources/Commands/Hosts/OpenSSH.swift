import Remote

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    import Glibc
#endif

/// The system's `ssh`, told what the inventory knows of a host.
struct OpenSSH {
    private let endpoint: Endpoint

    init(_ endpoint: Endpoint) {
        self.endpoint = endpoint
    }

    /// The arguments, `ssh` first. Pinned host keys come from a file that only we can read.
    func arguments(knownHosts: String?, command: [String]) -> [String] {
        var words = ["ssh"]
        if let port = endpoint.port { words += ["-p", String(port)] }
        if let user = endpoint.user { words += ["-l", user] }
        if let key = endpoint.privateKeyFile { words += ["-i", key, "-o", "IdentitiesOnly=yes"] }
        if let jump = endpoint.proxyJump { words += ["-J", jump] }
        if let knownHosts {
            words += ["-o", "UserKnownHostsFile=\(knownHosts)", "-o", "HostKeyAlias=\(endpoint.name)"]
            words += ["-o", "StrictHostKeyChecking=yes"]
        }
        return words + ["--", endpoint.address] + command
    }

    /// Becomes `ssh`: returns only by throwing.
    func replaceProcess(command: [String]) throws {
        let words = arguments(knownHosts: try pinnedKeys(), command: command)
        let pointers = words.map { strdup($0) } + [nil]
        execvp("ssh", pointers)
        let reason = String(cString: strerror(errno))
        throw CommandFailure("cannot start ssh: \(reason)", hint: "apt-get install openssh-client")
    }

    private func pinnedKeys() throws -> String? {
        guard !endpoint.hostKeys.isEmpty else { return endpoint.knownHostsFile }
        let folder = FileManager.default.homeDirectoryForCurrentUser.appending(path: ".cache/intchainctl")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let file = folder.appending(path: "known_hosts.\(endpoint.name)")
        let lines = endpoint.hostKeys.map { "\(endpoint.name) \($0)\n" }.joined()
        try Data(lines.utf8).write(to: file, options: .atomic)
        return file.path
    }
}
