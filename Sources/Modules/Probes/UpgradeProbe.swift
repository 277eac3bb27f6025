package import Remote

/// The packages that an `apt-get` command without names would install or remove, told by a simulation.
package struct UpgradeProbe: Probe {
    /// `dist-upgrade`, `upgrade --with-new-pkgs`, `autoremove`.
    package var command: [String]

    package init(_ command: [String]) {
        self.command = command
    }

    package static func shell(for probes: [UpgradeProbe]) -> Shell {
        .lines(probes.map { "LC_ALL=C apt-get -s -q \($0.command) || exit 1; printf '\\0'" })
    }

    package static func parse(_ reply: Reply, for probes: [UpgradeProbe]) throws -> [[String]] {
        var fields = NULFields(reply.stdout)
        let answers = probes.compactMap { _ in fields.text() }
        guard reply.succeeded, answers.count == probes.count else {
            throw ModuleFailure("simulating an upgrade failed", reply)
        }
        return answers.map { answer in
            answer.split(separator: "\n").compactMap { line in
                line.prefixMatch(of: /(?:Inst|Remv) (\S+)/).map { String($0.output.1) }
            }
        }
    }
}
