import Modules
import Remote

extension Staging {
    /// Opens the folder of the new release or one that an interrupted push left, links into it what kept releases have
    /// of it, and prints what is to be sent, as `StagingAnswer` reads it. The manifest is `$in1`.
    func open(_ manifest: ReleaseManifest) -> Fragment {
        .changes(
            """
            set -e; umask 022; export LC_ALL=C
            [ -d \(store.path)/releases ] && [ -d \(store.path)/.deploy ] ||
            mkdir -p \(store.path)/releases \(store.path)/.deploy
            cd \(store.path)
            if [ -f releases/\(id.text)/MANIFEST ] && cmp -s "$in1" releases/\(id.text)/MANIFEST; then
            echo staged; exit 0
            fi
            new=\(folder) scratch=\(scratch)
            for left in releases/.new-* releases/.gone-* .deploy/push-*; do
            case \(store.path)/$left in "$new" | "$scratch" | *'*') ;; *) rm -rf "$left" ;; esac
            done
            \(RelayKeys.sweep)
            \(Self.begin(token))
            for list in .deploy/chunks/*; do [ ! -f "$list" ] || printf '%s\\n' "${list##*/}"; done >"$scratch/lists"
            set -- releases/*/MANIFEST; [ -e "$1" ] || set --
            awk -F '\\t' -v large=\(Chunker.threshold) -v plan="$scratch/plan-" -v chunks="$scratch/lists" \
            -v manifest="$new/MANIFEST" -v sent="$scratch/sent" \(Self.comparison) "$scratch/have" "$in1" "$@"
            \(Self.linkKept)
            \(Self.showLists)
            for part in "$scratch"/*.part; do
            [ -f "$part" ] || continue
            name=${part##*/}
            printf 'part\\t%s\\t%s\\t%s\\n' "${name%.part}" "$(($(wc -c <"$part")))" "$(digest "$part")"
            done
            df -Pk . | { read -r x; read -r x x x room x; printf 'room\\t%s\\n' "$room"; }
            """, inputs: [Array(manifest.text.utf8)])
    }

    /// The two folders, with this push's token, for nobody else to see: what grows in them gets its mode at last. Most often nothing of them is there.
    private static func begin(_ token: String) -> Shell {
        """
        if [ -d "$new" ] || [ -d "$scratch" ]; then
        mkdir -p -m 700 "$new" "$scratch"; rm -f "$scratch"/plan-*
        printf '%s\\n' \(token) >"$scratch/token"
        \(FileDigests.differing)
        \(FileDigests.digest)
        \(reviewLeftovers)
        else
        mkdir -p -m 700 "$new" "$scratch"; printf '%s\\n' \(token) >"$scratch/token"; : >"$scratch/have"
        fi
        : >"$scratch/sent"
        """
    }

    /// Of what an interrupted push left, files that came whole stay; links are made again. Sent bytes of large files are
    /// for the operator's side to judge.
    private static let reviewLeftovers: Shell = #"""
        find "$new" -type f -links +1 -exec rm -f {} +
        awk -F '\t' '$1 == "f" { print $4 "  " $5 }' "$in1" >"$scratch/sums"
        much=1; differing "$scratch/sums" "$new" >"$scratch/review"
        awk 'FILENAME == ARGV[1] { differs[$0]; next } !(substr($0, 67) in differs) { print substr($0, 67) }' \
        "$scratch/review" "$scratch/sums" >"$scratch/have"
        (cd "$new" && xargs -r -d '\n' rm -f -- <"$scratch/review" || :)
        """#

    /// Prints `send` path for each wanted file that no kept release has. What one has is planned in files: `plan-folders`
    /// number folder with `plan-NUMBER`, the paths that are the same there; `plan-links` folder path wanted, where the
    /// path is another; and `plan-lists` digest file, for kept files that a large one to be sent may resemble. Mode and
    /// digest must both agree, since linked files share their mode. On the way it writes the release's `manifest`, what is
    /// `sent`, and `plan-drop`, the chunk lists of which no kept release has the file.
    private static let comparison = """
        FILENAME == ARGV[1] { have[$0] = 1; next }
        FILENAME == ARGV[2] { print >manifest; if ($1 == "f") { want[$5] = $2 FS $4; size[$5] = $3 } next }
        $1 == "f" {
          known[$4]
          folder = FILENAME; sub(/\\/MANIFEST$/, "", folder); key = $2 FS $4
          if (!(key in at)) at[key] = folder FS $5
          if (($5 in want) && want[$5] == key && !($5 in same)) same[$5] = folder
          if ($3 + 0 >= large + 0) { kept[++count] = $4 FS folder "/" $5; path[count] = $5 }
        }
        function base(name) { sub(/.*\\//, "", name); return name }
        function list(entry) { if (!listed[substr(entry, 1, 64)]++) print entry >(plan "lists") }
        END { for (file in want) {
          if (file in have) continue
          if (file in same) {
            if (!(same[file] in number)) { number[same[file]] = ++folders; print folders FS same[file] >(plan "folders") }
            print file >(plan number[same[file]])
          } else if (want[file] in at) print at[want[file]] FS file >(plan "links")
          else {
            print "send" FS file; print file >sent
            if (size[file] + 0 < large + 0) continue
            found = 0
            for (i = 1; i <= count; i++) if (path[i] == file) { list(kept[i]); found = 1 }
            for (i = 1; !found && i <= count; i++) if (base(path[i]) == base(file)) list(kept[i])
          }
        }
        while ((getline name < chunks) > 0) if (!(name in known)) print name >(plan "drop") }
        """

    private static let linkKept: Shell = #"""
        tab=$(printf '\t')
        [ ! -f "$scratch/plan-folders" ] || while IFS="$tab" read -r number old; do
        (cd "$old" && xargs -d '\n' cp -l -P --parents -t "$new" -- <"$scratch/plan-$number")
        done <"$scratch/plan-folders"
        [ ! -f "$scratch/plan-links" ] || while IFS="$tab" read -r old file wanted; do
        mkdir -p "$new/$(dirname "$wanted")"; ln -- "$old/$file" "$new/$wanted"
        done <"$scratch/plan-links"
        [ ! -f "$scratch/plan-drop" ] || (cd .deploy/chunks && xargs -d '\n' rm -f -- <"$scratch/plan-drop")
        """#

    private static let showLists: Shell = #"""
        [ ! -f "$scratch/plan-lists" ] || while IFS="$tab" read -r digest file; do
        [ -f ".deploy/chunks/$digest" ] || continue
        printf 'list\t%s\n' "$file"; sed 's/^/c\t/' ".deploy/chunks/$digest"
        done <"$scratch/plan-lists"
        """#
}
