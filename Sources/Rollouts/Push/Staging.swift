import Modules
import Remote

/// One push to one host: what it is about, and the token that tells it from every other.
struct Staging: Hashable, Sendable {
    let store: ReleaseStore
    let id: ReleaseID
    let token: String

    /// Where the new release grows, out of sight.
    var folder: String { "\(store.path)/releases/.new-\(id)" }
    /// Where uploads of large files grow, and what the push itself needs.
    var scratch: String { "\(store.path)/.deploy/push-\(id)" }

    /// A push that begins takes the folder over; whatever an earlier one still has under way ends here.
    private var checkToken: Shell {
        """
        holder=; { read -r holder <\(scratch)/token; } 2>/dev/null || :
        [ "$holder" = \(token) ] || { echo 'another push has taken over on this host' >&2; exit 75; }
        """
    }

    /// Unpacks the archive that it is fed into the new release.
    func unpack(compressed: Bool) -> Fragment {
        let source: Shell = compressed ? "gzip -dc |" : ""
        return .changes("\(checkToken)\n\(source) tar -x -b 128 -p --no-same-owner -f - -C \(folder)")
    }

    /// Adds what it is fed to the sent bytes of a large file.
    func append(to digest: String, compressed: Bool) -> Fragment {
        let source: Shell = compressed ? "gzip -dc" : "cat"
        return .changes("\(checkToken)\n\(source) >>\(part(of: digest))")
    }

    /// Begins a large file's upload anew.
    func discardPart(of digest: String) -> Fragment {
        .changes("\(checkToken)\nrm -f \(part(of: digest))")
    }

    func part(of digest: String) -> String { "\(scratch)/\(digest).part" }

    /// Puts large files together, checks what came and what was linked, and gives the release its name.
    ///
    /// Prints `closed`, or `wrong` and a path for each file whose content is not what it should be; those are taken out.
    /// - Parameters:
    ///   - arrived: how many bytes came, from whomever.
    ///   - owner: `user:group`, or nil to leave what is.
    func finish(
        _ release: Release, assemblies: [Assembly], arrived: Int, lists: [String: ChunkList],
        owner: String?
    ) -> Fragment {
        let listText = lists.sorted { $0.key < $1.key }.map { "F \($0.key)\n\($0.value.text)" }.joined()
        // What there is none of is no input, and what is short is in the text: an input costs the host two processes.
        let extras = [(listText, Self.keepLists), (release.signature ?? "", "cat \"$extra\" >\"$new/SIGNATURE\"")]
            .filter { !$0.0.isEmpty }
        let steps = extras.enumerated().map { index, extra -> Shell in
            "extra=\(Shell(verbatim: "$in\(index + 1)"))\n\(extra.1)"
        }
        // The disk writes what came while it is read again.
        let early: Shell = arrived > 8 << 20 ? "sync -f \"$new\" 2>/dev/null &\nmuch=1" : "much="
        return .changes(
            """
            set -e; umask 022; export LC_ALL=C; cd \(store.path)
            \(checkToken)
            new=\(folder) scratch=\(scratch)
            piece() { tail -c +$(($2 + 1)) "$1" | head -c "$3"; }
            \(Shell.lines(assemblies.map(assemble)))
            printf %s \(release.metadata.text) >"$new/METADATA"
            \(Shell.lines(steps))
            printf '%s\\n' \(id.text) >"$new/RELEASE"
            find "$new" \(owner.map(Self.own) ?? "") -type f -newermt @0 -printf '%P\\n' >"$scratch/touched"
            awk -F '\\t' \(Self.checks) "$scratch/sent" "$scratch/touched" "$new/MANIFEST" >"$scratch/sums"
            \(early)
            \(FileDigests.differing)
            differing "$scratch/sums" "$new" >"$scratch/wrong"
            if [ -s "$scratch/wrong" ]; then
            (cd "$new" && xargs -d '\\n' rm -f -- <"$scratch/wrong")
            cat "$scratch/wrong" >>"$scratch/sent"; sed 's/^/wrong\\t/' "$scratch/wrong"
            exit 0
            fi
            wait; sync -f "$new" 2>/dev/null || sync
            chmod 755 "$new"; mv -T "$new" releases/\(id.text)
            rm -rf "$scratch"
            \(store.record(.staged, id))
            echo closed
            """,
            inputs: extras.map { Array($0.0.utf8) })
    }

    private static let keepLists: Shell = """
        mkdir -p .deploy/chunks
        awk '$1 == "F" { file = ".deploy/chunks/" $2; printf "" >file; next } { print >file }' "$extra"
        """

    /// In a `find`, before what else it does. Files that are linked have their owner mostly: to tell a disk so again costs
    /// it a write for each.
    private static func own(_ owner: String) -> Shell {
        let names = owner.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let tests = zip(["-user", "-group"], names).filter { !$0.1.isEmpty }.map { ["!", $0.0, $0.1] }
        return "'(' \(Array(tests.joined(separator: ["-o"]))) ')' -exec chown -h -- \(owner) {} + ,"
    }

    /// Files that came, and linked ones that somebody wrote to since they were checked (their time is no longer zero).
    private static let checks = """
        FILENAME == ARGV[3] { if ($1 == "f" && ($5 in wanted)) print $4 "  " $5; next }
        { wanted[$0] = 1 }
        """

    private func assemble(_ assembly: Assembly) -> Shell {
        guard let digest = assembly.entry.digest else { return ":" }
        let target = "\(folder)/\(assembly.entry.path)"
        var used = 0
        let pieces = assembly.pieces.map { piece -> Shell in
            switch piece {
            case .kept(let file, let range): return "piece \(file) \(range.lowerBound) \(range.count)"
            case .sent(let range):
                defer { used += range.count }
                return "piece \(part(of: digest)) \(used) \(range.count)"
            }
        }
        let isWhole = assembly.pieces.allSatisfy { if case .sent = $0 { true } else { false } }
        let build: Shell =
            isWhole ? "mv -f \(part(of: digest)) \(target)" : "{\n\(Shell.lines(pieces))\n} >\(target)"
        let mode = String(assembly.entry.mode, radix: 8)
        return """
            if [ ! -f \(target) ]; then
            mkdir -p "$(dirname \(target))"
            \(build)
            chmod \(mode) \(target); touch -d @0 \(target)
            fi
            """
    }
}
