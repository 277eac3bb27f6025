import CLibSSH
import Glibc
import Remote

extension SessionHandle {
    /// Sets what the endpoint and `~/.ssh/config` say, the endpoint having the last word.
    ///
    /// - Parameter directory: what stands for `~/.ssh`; nil: the user's own.
    func configure(for endpoint: Endpoint, directory: String?) throws(LibSSHError) -> Destination {
        do throws(LibSSHError) { return try configured(for: endpoint, directory: directory) } catch {
            // All that it says of this is "Out of memory".
            guard getpwuid(getuid()) == nil else { throw error }
            throw LibSSHError(
                message: "uid \(getuid()) has no account in /etc/passwd, where libssh looks for a name and a home "
                    + "folder: add one, or run as another user")
        }
    }

    private func configured(for endpoint: Endpoint, directory: String?) throws(LibSSHError) -> Destination {
        if let directory { try set(SSH_OPTIONS_SSH_DIR, directory) }
        try set(SSH_OPTIONS_HOST, isAddressOfVersion6(endpoint.address) ? "[\(endpoint.address)]" : endpoint.address)
        if let user = endpoint.user { try set(SSH_OPTIONS_USER, user) }
        for direction in [SSH_OPTIONS_CIPHERS_C_S, SSH_OPTIONS_CIPHERS_S_C] { try set(direction, Self.ciphers) }
        try check(ssh_options_parse_config(pointer, nil))
        try override(for: endpoint)
        return destination(for: endpoint, directory: directory)
    }

    /// Those that processors have instructions for come first: a large push takes half of a slower one's time. What
    /// `Ciphers` in a configuration file says counts instead.
    private static let ciphers = [
        "aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com", "aes256-ctr",
        "aes192-ctr", "aes128-ctr",
    ].joined(separator: ",")

    private func override(for endpoint: Endpoint) throws(LibSSHError) {
        if let port = endpoint.port { try set(SSH_OPTIONS_PORT, Int32(port)) }
        if let user = endpoint.user {
            try set(SSH_OPTIONS_USER, user)
        } else if get(SSH_OPTIONS_USER) == nil {
            try check(ssh_options_set(pointer, SSH_OPTIONS_USER, nil))
        }
        if let jump = endpoint.proxyJump { try set(SSH_OPTIONS_PROXYCOMMAND, Self.proxyCommand(through: jump)) }
        if let file = endpoint.knownHostsFile { try set(SSH_OPTIONS_KNOWNHOSTS, file) }
        // Whatever a configuration file says, host keys are checked and nothing is logged.
        try set(SSH_OPTIONS_STRICTHOSTKEYCHECK, 1)
        try set(SSH_OPTIONS_LOG_VERBOSITY, 0)
        try set(SSH_OPTIONS_NODELAY, 1)
        guard !endpoint.hostKeys.isEmpty else { return }
        try set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null")
        try set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null")
        let algorithms = endpoint.hostKeys.compactMap { HostKey(line: $0) }.flatMap(\.algorithms)
        if !algorithms.isEmpty { try set(SSH_OPTIONS_HOSTKEYS, algorithms.joined(separator: ",")) }
    }

    private func destination(for endpoint: Endpoint, directory: String?) -> Destination {
        let address = get(SSH_OPTIONS_HOST) ?? endpoint.address
        let user = get(SSH_OPTIONS_USER) ?? ""
        let proxy = get(SSH_OPTIONS_PROXYCOMMAND).flatMap { $0 == "none" ? nil : $0 }
        return Destination(
            address: address, port: port, user: user,
            proxyCommand: proxy.map {
                let command = Self.silenced($0, directory: directory)
                return Destination.expand(command, host: address, name: endpoint.address, port: port, user: user)
            })
    }

    /// What libssh makes of a ProxyJump in `~/.ssh/config`: the last host is logged in to through those before it.
    private static func proxyCommand(through jump: String) -> String {
        let hosts = jump.split(separator: ",")
        let before = hosts.dropLast().joined(separator: ",")
        var last = hosts.last ?? ""
        var words = before.isEmpty ? ["ssh"] : ["ssh", "-J", before]
        if let at = last.lastIndex(of: "@") {
            words += ["-l", String(last[..<at])]
            last = last[last.index(after: at)...]
        }
        if let colon = last.lastIndex(of: ":"), last.last != "]", last.count(where: { $0 == ":" }) == 1 {
            words += ["-p", String(last[last.index(after: colon)...])]
            last = last[..<colon]
        }
        return (words + ["-W '[%h]:%p'", String(last)]).joined(separator: " ")
    }

    /// libssh turns ProxyJump into an `ssh -W`: it must not ask anything, and reads the same configuration as we do.
    private static func silenced(_ command: String, directory: String?) -> String {
        guard command.hasPrefix("ssh "), command.contains(" -W '[%h]:%p' ") else { return command }
        let file = directory.map { " -F \(Shell.quote("\($0)/config".replacing("%", with: "%%")))" } ?? ""
        return "ssh -o BatchMode=yes\(file) \(command.dropFirst(4))"
    }

    private func isAddressOfVersion6(_ address: String) -> Bool {
        !address.hasPrefix("[") && address.count { $0 == ":" } > 1
    }
}
