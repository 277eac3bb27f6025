package import Remote

/// The digest of a file by an algorithm that coreutils know; nil when there is no readable file.
package struct DigestProbe: Probe {
    package enum Algorithm: String, CaseIterable, Sendable {
        case md5, sha1, sha224, sha256, sha384, sha512
    }

    package var path: String
    package var algorithm: Algorithm

    package init(_ path: String, _ algorithm: Algorithm) {
        self.path = path
        self.algorithm = algorithm
    }

    package static func shell(for probes: [DigestProbe]) -> Shell {
        .lines(
            Algorithm.allCases.map { algorithm -> Shell in
                let paths = probes.filter { $0.algorithm == algorithm }.map(\.path)
                guard !paths.isEmpty else { return "printf '\\0'" }
                // Directories and pipes are left out: a pipe would be read for ever.
                return """
                    set --
                    for path in \(paths); do if [ -f "$path" ] && [ -r "$path" ]; then set -- "$@" "$path"; fi; done
                    if [ $# -gt 0 ]; then LC_ALL=C \(Shell(verbatim: algorithm.rawValue))sum -- "$@"; fi
                    printf '\\0'
                    """
            })
    }

    package static func parse(_ reply: Reply, for probes: [DigestProbe]) throws -> [String?] {
        var fields = NULFields(reply.stdout)
        var texts: [Algorithm: String] = [:]
        for algorithm in Algorithm.allCases { texts[algorithm] = fields.text() }
        guard reply.succeeded, texts.count == Algorithm.allCases.count, fields.isAtEnd else {
            throw ModuleFailure("reading digests failed", reply)
        }
        return probes.map { DigestLines.parse(texts[$0.algorithm] ?? "", for: [$0.path])[$0.path] }
    }
}
