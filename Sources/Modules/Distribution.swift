/// A Linux distribution in Ansible's words, from its release files.
struct Distribution {
    var name: String
    var version: String
    var release: String
    var family: String

    var majorVersion: String { String(version.prefix { $0 != "." }) }

    init(osRelease: String, debianVersion: String, centosRelease: String) {
        let fields = Self.fields(osRelease)
        let identifier = fields["ID"] ?? "unknown"
        let like = (fields["ID_LIKE"] ?? "").split(separator: " ").map(String.init)
        name = Self.names[identifier] ?? fields["NAME"] ?? identifier
        release = fields["VERSION_CODENAME"] ?? "NA"
        family = ([identifier] + like).lazy.compactMap { Self.families[$0] }.first ?? name
        version = fields["VERSION_ID"] ?? "NA"
        // os-release holds only the major version of these two; Ansible takes the point release from older files.
        if identifier == "debian", debianVersion.first?.isNumber == true { version = debianVersion }
        if identifier == "centos", let match = centosRelease.firstMatch(of: /\d+(\.\d+)?/) {
            version = String(match.output.0)
        }
    }

    private static let names = [
        "almalinux": "AlmaLinux", "alpine": "Alpine", "amzn": "Amazon", "arch": "Archlinux", "centos": "CentOS",
        "debian": "Debian", "fedora": "Fedora", "ol": "OracleLinux", "raspbian": "Debian", "rhel": "RedHat",
        "rocky": "Rocky", "sles": "SLES", "ubuntu": "Ubuntu",
    ]

    private static let families = [
        "alpine": "Alpine", "arch": "Archlinux", "debian": "Debian", "fedora": "RedHat", "rhel": "RedHat",
        "centos": "RedHat", "amzn": "RedHat", "suse": "Suse", "sles": "Suse", "ubuntu": "Debian",
    ]

    /// `KEY=value` and `KEY="value"` lines.
    private static func fields(_ text: String) -> [String: String] {
        var fields: [String: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            let value = line[line.index(after: equals)...]
            let quoted = value.count > 1 && (value.hasPrefix("\"") || value.hasPrefix("'"))
            fields[String(line[..<equals])] = String(quoted ? value.dropFirst().dropLast() : value)
        }
        return fields
    }
}
