/// What makes a copy of the base image this host of this lab.
struct HostFiles {
    let lab: LabName
    let hosts: [LabHost]
    let host: LabHost

    /// `/etc/hosts` with the lab's names in a block of their own; what else stands there is left alone.
    func hostsFile(present: String) -> String {
        let begin = "# lab \(lab): begin"
        let end = "# lab \(lab): end"
        var lines = present.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if let first = lines.firstIndex(of: begin), let last = lines.firstIndex(of: end), first < last {
            lines.removeSubrange(first...last)
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        if lines.isEmpty { lines = ["127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback"] }
        let names = hosts.map { "\(lab.subnet.address($0.octet)) \($0.name)" }
        return (lines + [begin] + names + [end]).joined(separator: "\n") + "\n"
    }

    /// sshd as a site would have it, but patient: tests log in wrongly and often from one address.
    var sshdConfiguration: String {
        """
        PermitRootLogin no
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        UseDNS no
        MaxStartups 500:30:1000
        MaxSessions 100
        PerSourcePenaltyExemptList \(lab.subnet)
        HostKey /etc/ssh/ssh_host_ed25519_key

        """
    }
}

/// The machine's name servers, as hosts can reach them.
enum Resolver {
    /// The first text that names a server outside of the machine's own loopback, else the first.
    static func configuration(candidates: [String]) -> String {
        candidates.first(where: reachesOut) ?? candidates.first ?? ""
    }

    private static func reachesOut(_ text: String) -> Bool {
        text.split(separator: "\n").contains { line in
            let words = line.split(separator: " ")
            return words.count > 1 && words[0] == "nameserver" && !words[1].hasPrefix("127.") && words[1] != "::1"
        }
    }
}
