package import Remote

/// The version of a package that the host's package sources would install now; nil when they have none.
package struct CandidateProbe: Probe {
    package var name: String
    package var database: PackageProbe.Database

    package init(_ name: String, in database: PackageProbe.Database) {
        self.name = name
        self.database = database
    }

    package static func shell(for probes: [CandidateProbe]) -> Shell {
        let apt = probes.filter { $0.database == .dpkg }.map(\.name)
        let dnf = probes.filter { $0.database == .rpm }.map(\.name)
        return .lines([
            "export LC_ALL=C",
            apt.isEmpty ? "" : "apt-cache policy -- \(apt)" as Shell,
            "printf '\\0'",
            // Status 100 says that there are updates.
            dnf.isEmpty ? "" : "dnf -q check-update -- \(dnf) || [ $? -eq 100 ] || exit 1" as Shell,
            "printf '\\0'",
        ])
    }

    package static func parse(_ reply: Reply, for probes: [CandidateProbe]) throws -> [String?] {
        var fields = NULFields(reply.stdout)
        guard reply.succeeded, let apt = fields.text(), let dnf = fields.text(), fields.isAtEnd else {
            throw ModuleFailure("looking for newer packages failed", reply)
        }
        let (policies, updates) = (policies(apt), updates(dnf))
        return probes.map { $0.database == .dpkg ? policies[$0.name] : updates[$0.name] }
    }

    /// `nginx:` and, indented below it, `Candidate: 1.28.0-1`.
    private static func policies(_ text: String) -> [String: String] {
        var policies: [String: String] = [:]
        var name: String?
        for line in text.split(separator: "\n") {
            if !line.hasPrefix(" ") {
                name = String(line.dropLast())
            } else if let name, let match = line.wholeMatch(of: /\s+Candidate: (\S+)/), match.output.1 != "(none)" {
                policies[name] = String(match.output.1)
            }
        }
        return policies
    }

    /// `nginx.x86_64   1.28.0-1.el8   nginx-stable`: only packages that have an update are listed.
    private static func updates(_ text: String) -> [String: String] {
        var updates: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, let dot = words[0].lastIndex(of: ".") else { continue }
            updates[String(words[0][..<dot])] = String(words[1])
        }
        return updates
    }
}
