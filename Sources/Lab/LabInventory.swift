/// The lab as an ordinary inventory: nothing else in the tool needs to know what a lab is.
struct LabInventory {
    let name: LabName
    let record: LabRecord
    let privateKey: String
    /// Host name → public host key, `ssh-ed25519 AAAA…`.
    let hostKeys: [String: String]

    /// Variables of every host, in the order written.
    var variables: [(name: String, value: String)] {
        [
            ("ansible_user", "ops"),
            ("ansible_ssh_private_key_file", Self.quoted(privateKey)),
            ("ansible_become_password", Self.quoted(record.secrets.become)),
            ("site_environment", "lab"),
            ("nginx_server_name", "lb1"),
            ("probes_enabled", "true"),
            // The file is readable by its owner only, and the passwords protect nothing but this lab.
            ("intchain_allow_clear_text_secrets", "true"),
        ] + record.secrets.passwords.sorted { $0.key < $1.key }.map { ($0.key, Self.quoted($0.value)) }
    }

    var text: String {
        var lines = [
            "# The lab '\(name)', written by `intchainctl lab up`. The passwords are this lab's own.",
            "all:", "  vars:",
        ]
        lines += variables.map { "    \($0.name): \($0.value)" }
        lines.append("  children:")
        for group in groups {
            lines += ["    \(group):", "      hosts:"]
            lines += record.hosts.filter { $0.group == group }.flatMap(entry)
        }
        lines += missingGroups.map { "    \($0): {}" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// In the order of their first hosts.
    private var groups: [String] {
        record.hosts.reduce(into: []) { groups, host in
            if !groups.contains(host.group) { groups.append(host.group) }
        }
    }

    /// The site's groups that this lab has no host of: its playbooks name them all the same.
    private var missingGroups: [String] {
        Topology.site.map(\.group).reduce(into: []) { missing, group in
            if !groups.contains(group), !missing.contains(group) { missing.append(group) }
        }
    }

    private func entry(of host: LabHost) -> [String] {
        var lines = ["        \(host.name):", "          ansible_host: \(name.subnet.address(host.octet))"]
        if let key = hostKeys[host.name] { lines.append("          ansible_host_key: \(Self.quoted(key))") }
        return lines + ["          memory_mb: \(host.memoryMB)"]
    }

    private static func quoted(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }
}
