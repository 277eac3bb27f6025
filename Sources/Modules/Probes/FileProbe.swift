package import Remote

/// Looks at a path: kind, mode, owner, group, size, times, link text; on demand its SHA-256 and its content.
///
/// All of a host's file probes are one `stat`, one `sha256sum`, and one `stat -L` if there are symbolic links.
package struct FileProbe: Probe {
    package enum Content: Hashable, Sendable {
        case none
        /// Only if the file's SHA-256 is another than this: what a diff needs.
        case unless(String)
        case always
    }

    package var path: String
    package var digest: Bool
    package var content: Content
    /// Longer contents are not read, in bytes.
    package var limit: Int

    package init(_ path: String, digest: Bool = false, content: Content = .none, limit: Int = 65_536) {
        self.path = path
        self.digest = digest || content != .none
        self.content = content
        self.limit = limit
    }

    package static func shell(for probes: [FileProbe]) -> Shell {
        let paths = unique(probes.map(\.path))
        let digested = unique(probes.filter(\.digest).map(\.path))
        return .lines([
            "export LC_ALL=C QUOTING_STYLE=literal",
            "look='\(Shell(verbatim: FileRecord.format))'",
            "set -- \(paths)",
            "stat --printf=\"$look\" -- \"$@\"",
            "printf '\\0'",
            keep("[ -L \"$path\" ]"),
            "if [ $# -gt 0 ]; then stat -L --printf=\"$look\" -- \"$@\"; fi",
            "printf '\\0'",
            digests(of: digested),
            contents(of: probes),
            "printf '\\0'",
        ])
    }

    package static func parse(_ reply: Reply, for probes: [FileProbe]) throws -> [FileFinding] {
        guard reply.succeeded, let answer = FileAnswer(reply) else {
            throw ModuleFailure("looking at files failed", reply)
        }
        return probes.enumerated().map { answer.finding(for: $1, at: $0) }
    }

    /// Keeps those of `$@` that pass a test of `$path`, in their order, without a process.
    private static func keep(_ test: Shell) -> Shell {
        """
        count=$#
        while [ "$count" -gt 0 ]; do
        path=$1; shift; count=$((count - 1))
        if \(test); then set -- "$@" "$path"; fi
        done
        """
    }

    /// Prints `sha256sum`'s lines for the readable regular files among the paths, and keeps them in `$sums`.
    private static func digests(of paths: [String]) -> Shell {
        guard !paths.isEmpty else { return "printf '\\0'" }
        return .lines([
            "sums=",
            "set -- \(paths)",
            keep("[ -f \"$path\" ] && [ -r \"$path\" ]"),
            "if [ $# -gt 0 ]; then sums=$(sha256sum -- \"$@\"); fi",
            "printf '%s\\0' \"$sums\"",
        ])
    }

    private static func contents(of probes: [FileProbe]) -> Shell {
        let reads = probes.enumerated().compactMap { index, probe -> Shell? in
            let read: Shell = "content \(index) \(probe.path) \(probe.limit + 1)"
            switch probe.content {
            case .none: return nil
            case .always: return read
            case .unless(let digest):
                let line = DigestLines.line(digest, probe.path)
                return "case $newline$sums$newline in *\"$newline\"\(line)\"$newline\"*) ;; *) \(read) ;; esac"
            }
        }
        guard !reads.isEmpty else { return "" }
        return .lines(
            [
                """
                newline='
                '
                content() {
                if [ -f "$2" ] && [ -r "$2" ]; then
                printf '%s\\0' "$1"; head -c "$3" -- "$2" | base64 -w 0; printf '\\0'
                fi
                }
                """
            ] + reads)
    }

    private static func unique(_ paths: [String]) -> [String] {
        var seen: Set<String> = []
        return paths.filter { seen.insert($0).inserted }
    }
}
