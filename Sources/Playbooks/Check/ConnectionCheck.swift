import Diagnostics
import Fleet
import Jinja
import Modules
import OrderedCollections
import YAML

/// Checks the variables that say how hosts are reached: their types and names, and what would have no effect.
struct ConnectionCheck {
    /// What texts read: a variable of the user's own.
    let readNames: ReadNames
    let log: ProblemLog

    func check(_ variables: RawVariables) {
        for (name, node) in variables where name.hasPrefix("ansible_") {
            guard ConnectionNames.known.contains(name) else {
                spelling(name, node)
                continue
            }
            guard !node.isTemplated, node.value != .null else { continue }
            if type(name, node), let text = node.string { support(name, text, node) }
        }
    }

    /// A list or a mapping is somebody's own variable: how a host is reached is said in single words.
    private func spelling(_ name: String, _ node: Node) {
        guard node.scalar != nil, !ConnectionNames.isOther(name), !readNames.contains(name),
            let meant = ConnectionNames.mistyped(name)
        else { return }
        let hint = "did you mean '\(meant)'?"
        log.add(
            "'\(name)' is no variable that says how a host is reached", at: node.place, hint: hint, rule: .unknownKey)
    }

    /// Whether the value has the type that it is read with.
    private func type(_ name: String, _ node: Node) -> Bool {
        switch (name, node.value) {
        case ("ansible_become", let value):
            return value.flag != nil || mismatch("true or false", name, node)
        case ("ansible_port", let value), ("ansible_ssh_port", let value):
            let number = value.int ?? value.string.flatMap { Int($0) }
            return number.map((1...65_535).contains) == true || mismatch("a port", name, node)
        case ("ansible_host_key", .list(let keys)) where keys.allSatisfy({ $0.string != nil }): return true
        case (_, .string), (_, .int): return true
        default: return mismatch("a string", name, node)
        }
    }

    private func mismatch(_ expected: String, _ name: String, _ node: Node) -> Bool {
        let found = node.value.string.map { "'\($0)'" } ?? node.value.int.map(String.init) ?? node.value.kind
        log.add("\(name): expected \(expected), found \(found)", at: node.place, rule: .wrongType)
        return false
    }

    private func support(_ name: String, _ text: String, _ node: Node) {
        switch name {
        case "ansible_become_method": choice(name, text, ["sudo", "ansible.builtin.sudo"], node)
        case "ansible_connection": choice(name, text, ["ssh", "local", "smart", "ansible.builtin.ssh"], node)
        case "ansible_become_flags", "ansible_become_exe":
            log.add("\(name) is not supported", at: node.place, hint: "only plain sudo is", rule: .notSupported)
        case _ where SSHArguments.variables.contains(name):
            var arguments = SSHArguments()
            _ = log.collecting(.notSupported) { try arguments.add(text, of: name, at: node.place) }
        default: return
        }
    }

    private func choice(_ name: String, _ text: String, _ known: [String], _ node: Node) {
        guard !known.contains(text) else { return }
        log.add(
            "\(name): '\(text)' is not supported", at: node.place,
            hint: known[0] == "sudo" ? "use sudo" : "write ssh or local", rule: .notSupported)
    }
}

/// The names of the variables that say how a host is reached.
enum ConnectionNames {
    /// Those that a connection is made by.
    static let reaching: Set<String> = Set([
        "ansible_host", "ansible_ssh_host", "ansible_port", "ansible_ssh_port", "ansible_user", "ansible_ssh_user",
        "ansible_password", "ansible_ssh_pass", "ansible_ssh_password", "ansible_ssh_private_key_file",
        "ansible_private_key_file", "ansible_host_key", "ansible_connection",
    ]).union(SSHArguments.variables)

    /// Those that are read, or refused by name.
    static let known: Set<String> = reaching.union([
        "ansible_become", "ansible_become_user", "ansible_become_password", "ansible_become_pass",
        "ansible_sudo_pass", "ansible_become_method", "ansible_become_flags", "ansible_become_exe",
    ])

    /// Ansible's own that mean nothing here, and Ansible's facts that look like one of the above.
    static let ansibles: Set<String> = [
        "ansible_python_interpreter", "ansible_group_priority", "ansible_pipelining", "ansible_ssh_pipelining",
        "ansible_ssh_args", "ansible_ssh_executable", "ansible_ssh_retries", "ansible_ssh_timeout", "ansible_timeout",
        "ansible_ssh_use_tty", "ansible_ssh_transfer_method", "ansible_ssh_host_key_checking",
        "ansible_host_key_checking", "ansible_scp_extra_args", "ansible_sftp_extra_args", "ansible_scp_if_ssh",
        "ansible_shell_type", "ansible_shell_executable", "ansible_remote_tmp", "ansible_become_timeout",
    ]

    /// Whether it is a name of Ansible's that says something else, or said it in former versions.
    static func isOther(_ name: String) -> Bool {
        ansibles.contains(name) || name.hasPrefix("ansible_sudo_") || name.hasPrefix("ansible_su_")
            || FactNames.all.contains(String(name.dropFirst("ansible_".count)))
    }

    /// The known name that this one misses by one letter. A known one with a letter more behind it is somebody's own.
    static func mistyped(_ name: String) -> String? {
        known.sorted().first { !name.hasPrefix($0) && Suggestion.distance(name, $0) == 1 }
    }
}
