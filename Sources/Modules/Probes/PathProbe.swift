package import Remote

/// Is there anything at a path? The path may be a pattern with `*`, `?` and `[…]`, as `creates` and `removes` take it.
/// Costs no process.
package struct PathProbe: Probe {
    package var pattern: String

    package init(_ pattern: String) {
        self.pattern = pattern
    }

    package static func shell(for probes: [PathProbe]) -> Shell {
        .lines(
            ["there() { if [ -e \"$1\" ] || [ -L \"$1\" ]; then printf y; else printf n; fi; }"]
                + probes.map { "there \($0.words)" })
    }

    package static func parse(_ reply: Reply, for probes: [PathProbe]) throws -> [Bool] {
        guard reply.succeeded, reply.stdout.count == probes.count else {
            throw ModuleFailure("looking for paths failed", reply)
        }
        return reply.stdout.map { $0 == UInt8(ascii: "y") }
    }

    /// The pattern with everything quoted but its wildcards and a leading tilde.
    private var words: Shell {
        var text = ""
        var literal = ""
        var rest = pattern[...]
        if rest.hasPrefix("~/") || rest == "~" {
            text = "~"
            rest = rest.dropFirst()
        }
        for character in rest {
            if "*?[]".contains(character) {
                text += (literal.isEmpty ? "" : Shell.quote(literal)) + String(character)
                literal = ""
            } else {
                literal.append(character)
            }
        }
        return Shell(verbatim: text + (literal.isEmpty && !text.isEmpty ? "" : Shell.quote(literal)))
    }
}
