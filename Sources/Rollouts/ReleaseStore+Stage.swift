import Modules
import Remote

extension ReleaseStore {
    private func unfinished(_ id: ReleaseID) -> String { "\(path)/releases/.new-\(id)" }

    /// Opens the folder of a new release, links into it what kept releases have of it already, and prints the paths of
    /// the files that have to be sent. The manifest is `$in1`.
    func open(_ id: ReleaseID, _ manifest: ReleaseManifest) -> Fragment {
        .changes(
            """
            set -e; umask 022
            mkdir -p \(path)/releases \(path)/.deploy; cd \(path)
            rm -rf releases/.new-* releases/.gone-*
            new=\(unfinished(id)); mkdir "$new"
            set -- releases/*/MANIFEST; [ -e "$1" ] || set --
            awk -F '\\t' \(Self.comparison) "$in1" "$@" >"$new/.plan"
            awk -F '\\t' '$1 == "same" { print $2 }' "$new/.plan" | sort -u | while IFS= read -r old; do
            awk -F '\\t' -v old="$old" '$1 == "same" && $2 == old { print $3 }' "$new/.plan" |
            (cd "$old" && tr '\\n' '\\0' | xargs -0 -r cp -l -P --parents -t "$new" --)
            done
            tab=$(printf '\\t')
            grep '^link' "$new/.plan" | while IFS="$tab" read -r word old file wanted; do
            mkdir -p "$new/$(dirname "$wanted")"; ln -- "$old/$file" "$new/$wanted"
            done
            sed -n 's/^send\\t//p' "$new/.plan"; rm "$new/.plan"
            """, inputs: [Array(manifest.text.utf8)])
    }

    /// For each wanted file: `same` folder path (under its own path in a kept release), `link` folder path wanted (under
    /// another), or `send` path. Mode and digest must both agree, since linked files share their mode.
    private static let comparison = """
        FILENAME == ARGV[1] { if ($1 == "f") want[$5] = $2 FS $4; next }
        $1 == "f" {
          folder = FILENAME; sub(/\\/MANIFEST$/, "", folder); key = $2 FS $4
          if (!(key in at)) at[key] = folder FS $5
          if (($5 in want) && want[$5] == key && !($5 in same)) same[$5] = folder
        }
        END { for (path in want) {
          if (path in same) print "same" FS same[path] FS path
          else if (want[path] in at) print "link" FS at[want[path]] FS path
          else print "send" FS path
        } }
        """

    /// Unpacks an archive (`$in1`) into the new release.
    func unpack(_ archive: [UInt8], into id: ReleaseID) -> Fragment {
        .changes("tar -x -p --no-same-owner -f \"$in1\" -C \(unfinished(id))", inputs: [archive])
    }

    /// Prints the paths whose content is not what the manifest (`$in1`) says.
    func verify(_ id: ReleaseID, _ manifest: ReleaseManifest) -> Fragment {
        .reads(
            """
            cd \(unfinished(id)) || exit 1
            awk -F '\\t' '$1 == "f" { print $4 "  " $5 }' "$in1" | LC_ALL=C sha256sum -c --quiet 2>/dev/null |
            sed -n 's/: FAILED.*$//p'; exit 0
            """, inputs: [Array(manifest.text.utf8)])
    }

    /// Takes files out of the new release again: a link into an older release whose content is not what it should be.
    func drop(_ paths: [String], from id: ReleaseID) -> Fragment {
        .changes("cd \(unfinished(id)) && rm -f -- \(paths)")
    }

    /// Gives the release its records and owner, and its name.
    func close(_ id: ReleaseID, _ manifest: ReleaseManifest, owner: String?) -> Fragment {
        let chown: Shell = owner.map { "chown -h -R -- \($0) \"$new\"" } ?? ":"
        return .changes(
            """
            set -e; umask 022; cd \(path)
            new=\(unfinished(id))
            cat "$in1" >"$new/MANIFEST"; printf '%s\\n' \(id.text) >"$new/RELEASE"
            \(chown)
            chmod 0755 "$new"
            sync -f "$new" 2>/dev/null || sync
            mv -T "$new" releases/\(id.text)
            \(record(.staged, id))
            """, inputs: [Array(manifest.text.utf8)])
    }
}
