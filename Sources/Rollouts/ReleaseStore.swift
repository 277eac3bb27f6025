import Modules
package import Remote

/// A release tree on a host (`releases/`, `current`, `.deploy/`) and the shell text that reads and changes it.
///
/// A release appears by one rename, after every digest was checked; `current` changes by one rename. Names that begin
/// with a dot are unfinished or given up and are swept by the next staging, so a kill at any moment leaves a whole tree.
package struct ReleaseStore: Hashable, Sendable {
    package let path: String

    /// - Parameter path: absolute, as `/app/intchain`.
    package init(_ path: String) {
        self.path = path
    }

    /// Reads the history; an answer of a host without the folder is an empty one.
    package var look: Fragment {
        .reads(
            """
            cd \(path) 2>/dev/null || exit 0
            [ ! -L current ] || printf 'current\\t%s\\n' "$(readlink current)"
            set -- releases/*/MANIFEST
            [ ! -e "$1" ] || printf 'release\\t%s\\n' "$@"
            [ ! -f .deploy/journal ] || sed 's/^/journal\\t/' .deploy/journal
            """)
    }

    /// Prints of every release the lines of its manifest that tell its schema levels.
    var schemas: Fragment {
        .reads(
            """
            cd \(path) 2>/dev/null || exit 0
            set -- releases/*/MANIFEST; [ -e "$1" ] || exit 0
            awk -F '\\t' '$1 == "s" || $5 ~ "^migrations/" { print FILENAME FS $0 }' "$@"
            """)
    }

    /// What `schemas` printed; releases that say nothing are not in it.
    static func schemas(_ reply: Reply?) -> [ReleaseID: ReleaseManifest.SchemaLevels] {
        var manifests: [ReleaseID: String] = [:]
        for line in (reply?.output ?? "").split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 1)
            guard parts.count == 2, let id = id(ofPath: parts[0].dropLast("/MANIFEST".count)) else { continue }
            manifests[id, default: ""] += parts[1] + "\n"
        }
        return manifests.compactMapValues { (try? ReleaseManifest(parsing: $0))?.schemaLevels }
    }

    /// - Throws: `ModuleFailure` when the host could not look.
    package func history(_ reply: Reply?) throws -> ReleaseHistory {
        guard let reply, reply.succeeded else { throw ModuleFailure("look at \(path)", reply ?? Reply(status: 1)) }
        var history = ReleaseHistory()
        for line in reply.output.split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            switch fields.first {
            case "current": history.current = fields.last.flatMap(Self.id(ofPath:))
            case "release":
                if let id = fields.last.flatMap({ Self.id(ofPath: $0.dropLast("/MANIFEST".count)) }) {
                    history.releases.insert(id)
                }
            case "journal": read(entry: fields.dropFirst(), into: &history)
            default: break
            }
        }
        return history
    }

    private func read(entry fields: ArraySlice<Substring>, into history: inout ReleaseHistory) {
        let fields = Array(fields)
        guard fields.count == 3, let time = Int(fields[0]), let id = ReleaseID(String(fields[2])),
            let event = ReleaseHistory.Event(rawValue: String(fields[1]))
        else { return }
        history.journal.append(.init(time: time, event: event, id: id))
    }

    private static func id(ofPath path: Substring) -> ReleaseID? {
        path.split(separator: "/").last.flatMap { ReleaseID(String($0)) }
    }
}

extension ReleaseStore {
    /// One journal line; written after what it tells has happened, since the folder itself is the truth. A line that a
    /// full disk has cut off is ended first. The account that migrates reads it too.
    func record(_ event: ReleaseHistory.Event, _ id: ReleaseID) -> Shell {
        """
        (umask 022; { [ -z "$(tail -c 1 .deploy/journal 2>/dev/null)" ] || echo
        printf '%s\\t%s\\t%s\\n' "$(date +%s)" \(event.rawValue) \(id.text); } >>.deploy/journal &&
        chmod a+r .deploy/journal)
        """
    }

    /// Notes in the journal that the live release came through its rollout.
    func confirm(_ id: ReleaseID) -> Fragment {
        .changes("set -e; cd \(path); \(record(.good, id))")
    }

    /// Notes in the journal that a release is not to be gone back to.
    func condemn(_ id: ReleaseID) -> Fragment {
        .changes("set -e; cd \(path); \(record(.bad, id))")
    }

    /// Makes a release live by renaming a link over `current`; the release before may be marked bad.
    func publish(_ id: ReleaseID, givingUp abandoned: ReleaseID? = nil) -> Fragment {
        let mark = abandoned.map { record(.bad, $0) } ?? ":"
        return .changes(
            """
            set -e; cd \(path)
            [ -f releases/\(id.text)/RELEASE ] || { echo \("release \(id) is not there") >&2; exit 1; }
            mkdir -p .deploy; rm -f .deploy/current-*
            ln -s \("releases/\(id)") .deploy/current-$$
            mv -T .deploy/current-$$ current
            \(mark)
            \(record(.live, id))
            """)
    }

    /// Takes releases away: out of sight by a rename first, then for good.
    func remove(_ ids: [ReleaseID]) -> Fragment {
        let each = ids.map { id -> Shell in
            "mv -T releases/\(id.text) releases/.gone-\(id.text); rm -rf releases/.gone-\(id.text); \(record(.removed, id))"
        }
        return .changes("set -e; cd \(path)\n\(Shell.lines(each))")
    }
}
