package import Remote

/// The journals of a site's runs on a host, a file a run below `.deploy/runs`: what another operator's machine reads.
package struct HostJournal: Hashable, Sendable {
    /// The folder of the releases: `/app/intchain`.
    package let root: String

    package init(root: String) {
        self.root = root
    }

    private var folder: String { "\(root)/.deploy/runs" }

    /// Runs that are kept.
    private static let kept = 50

    /// Appends lines to a run's journal; the first write to it lets the oldest journals go. Nobody else may read them:
    /// what a run was given on its command line is in there. A line that a full disk has cut off is ended first.
    package func append(_ lines: [String], to run: String) -> Fragment {
        let file = "\(folder)/\(run)"
        return .reads(
            """
            umask 022; mkdir -p \("\(root)/.deploy") && umask 077 && mkdir -p \(folder) && chmod 700 \(folder) && cd \(folder) ||
            exit 1
            [ -e \(file) ] || ls -t | tail -n \("+\(Self.kept)") | while IFS= read -r old; do
            ! grep -q '"event":"ended"' "$old" || rm -f -- "$old"
            done
            { [ -z "$(tail -c 1 \(file) 2>/dev/null)" ] || echo; cat "$in1"; } >>\(file)
            """, inputs: [Array(lines.map { $0 + "\n" }.joined().utf8)])
    }

    /// Prints the beginning and the end of every run's journal.
    package var list: Fragment {
        .reads(
            """
            cd \(folder) 2>/dev/null || exit 0
            for file in *; do
            [ -f "$file" ] || continue
            printf '%s\\0' "$file"
            grep -E '"event":"(begun|release|stock|undoing|behind|ended)"' "$file"; tail -n 1 "$file"
            printf '\\0'
            done
            """)
    }

    /// Prints a run's journal; nothing when it is not there.
    package func read(_ run: String) -> Fragment {
        .reads("cat -- \("\(folder)/\(run)") 2>/dev/null || :")
    }

    /// Reads what `list` printed: each run's lines.
    package static func runs(_ reply: Reply) -> [String: [String]] {
        let fields = reply.output.split(separator: "\0", omittingEmptySubsequences: false)
        let pairs = stride(from: 0, to: fields.count - 1, by: 2).map { index in
            (String(fields[index]), lines(fields[index + 1]))
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    package static func lines(_ text: Substring) -> [String] { text.split(separator: "\n").map(String.init) }
}
