import Modules
import Remote

extension Staging {
    /// Opens the folder of the new release or one that an interrupted push left, links into it what kept releases have
    /// of it, and prints what is to be sent, as `StagingAnswer` reads it. The manifest is `$in1`.
    func open(_ manifest: ReleaseManifest) -> Fragment {
        .changes(
            """
            set -e; umask 022; export LC_ALL=C
            mkdir -p \(store.path)/releases \(store.path)/.deploy; cd \(store.path)
            if cmp -s "$in1" releases/\(id.text)/MANIFEST; then echo staged; exit 0; fi
            new=\(folder) scratch=\(scratch)
            for left in releases/.new-* releases/.gone-* .deploy/push-*; do
            case \(store.path)/$left in "$new" | "$scratch" | *'*') ;; *) rm -rf "$left" ;; esac
            done
            \(RelayKeys.sweep)
            if [ -d "$scratch" ]; then rm -f "$scratch"/plan-*; else mkdir -p "$scratch"; fi
            printf '%s\\n' \(token) >"$scratch/token"; cat "$in1" >"$scratch/manifest"
            \(Self.reviewLeftovers)
            set -- releases/*/MANIFEST; [ -e "$1" ] || set --
            for list in .deploy/chunks/*; do
            [ ! -f "$list" ] || { [ $# -gt 0 ] && grep -q -F -e "${list##*/}" "$@"; } || rm -f "$list"
            done
            awk -F '\\t' -v large=\(Chunker.threshold) -v plan="$scratch/plan-" \(Self.comparison) "$scratch/have" "$in1" "$@"
            \(Self.linkKept)
            \(Self.showLists)
            for part in "$scratch"/*.part; do
            [ -f "$part" ] || continue
            name=${part##*/}; sum=$(sha256sum <"$part")
            printf 'part\\t%s\\t%s\\t%s\\n' "${name%.part}" "$(wc -c <"$part" | tr -d ' ')" "${sum%% *}"
            done
            df -Pk . | awk 'NR == 2 { print "room\\t" $4 }'
            """, inputs: [Array(manifest.text.utf8)])
    }

    /// Of what an interrupted push left, files that came whole stay; links are made again. Sent bytes of large files are
    /// for the operator's side to judge.
    private static let reviewLeftovers: Shell = #"""
        : >"$scratch/have"
        if [ -d "$new" ]; then
        find "$new" -type f -links +1 -exec rm -f {} +
        awk -F '\t' '$1 == "f" { print $4 "  " $5 }' "$in1" >"$scratch/sums"
        (cd "$new" && sha256sum -c --ignore-missing "$scratch/sums" 2>/dev/null || :) >"$scratch/review"
        sed -n 's/: OK$//p' "$scratch/review" >"$scratch/have"
        (cd "$new" && sed -n 's/: FAILED$//p' "$scratch/review" | tr '\n' '\0' | xargs -0 -r rm -f --)
        else
        mkdir "$new"
        fi
        """#

    /// Prints `send` path for each wanted file that no kept release has. What one has is planned in files: `plan-folders`
    /// number folder with `plan-NUMBER`, the paths that are the same there; `plan-links` folder path wanted, where the
    /// path is another; and `plan-lists` digest file, for kept files that a large one to be sent may resemble. Mode and
    /// digest must both agree, since linked files share their mode.
    private static let comparison = """
        FILENAME == ARGV[1] { have[$0] = 1; next }
        FILENAME == ARGV[2] { if ($1 == "f") { want[$5] = $2 FS $4; size[$5] = $3 } next }
        $1 == "f" {
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
            print "send" FS file
            if (size[file] + 0 < large + 0) continue
            found = 0
            for (i = 1; i <= count; i++) if (path[i] == file) { list(kept[i]); found = 1 }
            for (i = 1; !found && i <= count; i++) if (base(path[i]) == base(file)) list(kept[i])
          }
        } }
        """

    private static let linkKept: Shell = #"""
        tab=$(printf '\t')
        [ ! -f "$scratch/plan-folders" ] || while IFS="$tab" read -r number old; do
        (cd "$old" && tr '\n' '\0' <"$scratch/plan-$number" | xargs -0 cp -l -P --parents -t "$new" --)
        done <"$scratch/plan-folders"
        [ ! -f "$scratch/plan-links" ] || while IFS="$tab" read -r old file wanted; do
        mkdir -p "$new/$(dirname "$wanted")"; ln -- "$old/$file" "$new/$wanted"
        done <"$scratch/plan-links"
        """#

    private static let showLists: Shell = #"""
        [ ! -f "$scratch/plan-lists" ] || while IFS="$tab" read -r digest file; do
        [ -f ".deploy/chunks/$digest" ] || continue
        printf 'list\t%s\n' "$file"; sed 's/^/c\t/' ".deploy/chunks/$digest"
        done <"$scratch/plan-lists"
        """#
}
