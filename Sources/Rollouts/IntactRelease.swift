import Modules
import OrderedCollections
import Remote
import YAML

/// `state: intact`: the live release is what its manifest says. It only finds: what differs is put right by a deploy.
struct IntactRelease: Convergent {
    static let spec = ReleaseModule.spec

    private let probe: ReleaseProbe

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        probe = ReleaseProbe(path: try arguments.string("path") ?? "/app/intchain")
    }

    var probes: [any Probe] { [probe] }

    func converge(_ findings: Findings) throws -> Convergence {
        let found = try findings(probe)
        let result: ValueMap = ["id": found.id.map(Value.string) ?? .null]
        let refusal: Fragment = .changes(
            "echo 'this is only looked at: deploy the release under another version to replace it' >&2; exit 1")
        return Convergence(
            found.differences.map { Change("release \(found.id ?? "?"): \($0)", by: refusal) }, result: result)
    }
}

/// Compares the live release with its manifest: contents, modes, links, what is missing and what is too much.
struct ReleaseProbe: Probe {
    var path: String

    struct Finding: Sendable {
        /// nil: no release is live.
        var id: String?
        var differences: [String] = []
    }

    static func shell(for probes: [ReleaseProbe]) -> Shell {
        .lines(
            [
                FileDigests.differing,
                """
                intact() (
                cd "$1/current/." 2>/dev/null && [ -f MANIFEST ] || exit 0
                printf 'id\\t%s\\n' "$(basename "$(readlink "$1/current")")"
                sums=$(mktemp) || exit 1; trap 'rm -f "$sums"' 0
                awk -F '\\t' '$1 == "f" { print $4 "  " $5 }' MANIFEST >"$sums" || exit 1
                much=1; differing "$sums" . | while IFS= read -r file; do
                [ ! -f "$file" ] || printf '%s has another content\\n' "$file"
                done
                find . -mindepth 1 -printf '%y\\t%m\\t%l\\t%P\\n' | awk -F '\\t' '
                function shape(kind, mode, target) { return kind " " (kind == "l" ? target : mode) }
                NR == FNR { if ($1 != "s") want[$5] = shape($1, $2, $4); next }
                $4 ~ /^(MANIFEST|RELEASE|METADATA|SIGNATURE)$/ { next }
                !($4 in want) { print $4 " does not belong to it"; next }
                { if (want[$4] != shape($1, $2, $3)) print $4 " has another mode or kind"; delete want[$4] }
                END { for (path in want) print path " is missing" }' MANIFEST -
                )
                """,
            ] + probes.map { "intact \($0.path) || exit 1; printf '\\0'" })
    }

    static func parse(_ reply: Reply, for probes: [ReleaseProbe]) throws -> [Finding] {
        let answers = reply.output.split(separator: "\0", omittingEmptySubsequences: false)
        guard reply.succeeded, answers.count == probes.count + 1 else {
            throw ModuleFailure("looking at releases failed", reply)
        }
        return answers.prefix(probes.count).map { answer in
            let lines = answer.split(separator: "\n").map(String.init)
            return Finding(
                id: lines.first.flatMap { $0.hasPrefix("id\t") ? String($0.dropFirst(3)) : nil },
                differences: lines.dropFirst().sorted())
        }
    }
}
