import Modules
import OrderedCollections
import Remote
import YAML

extension ReleaseModule {
    /// `state: fits`: whether the host has room for what it lacks of the release. Nothing is changed; a push looks again,
    /// more closely.
    func fits(_ src: String, _ version: String?, on host: any ActionHost) async throws -> Outcome {
        let release: Release
        do {
            release = try await Release.read(src, caches: DigestCache.home())
        } catch { throw ModuleFailure("\(error)") }
        guard let id = release.manifest.id(version: version) else {
            throw ModuleFailure("'\(version ?? "")' makes no release id: use letters, digits, dots and dashes")
        }
        let reply = try await host.run([store.room(for: release.manifest, id: id)]).first
        guard let reply, reply.succeeded, let room = ReleaseRoom(parsing: reply.output) else {
            throw ModuleFailure("look for room below \(store.path)", reply ?? Reply(status: 1))
        }
        guard room.suffices else { throw ModuleFailure(room.sentence(for: id, on: host.name, below: store.path)) }
        return Outcome(changed: false, result: ["needed_bytes": .int(room.needed), "free_bytes": .int(room.free)])
    }
}

/// What a host lacks of a release, and what it has room for.
struct ReleaseRoom: Hashable, Sendable {
    /// Bytes of the files that no kept release has; 0 when the release is there already.
    var needed: Int
    var free: Int
    var freeFiles: Int
    var neededFiles: Int

    var suffices: Bool { needed == 0 || needed + ReleasePush.reserve <= free && neededFiles <= freeFiles }

    func sentence(for id: ReleaseID, on host: String, below path: String) -> String {
        guard needed + ReleasePush.reserve > free else {
            return
                "release \(id): \(host) has inodes for \(freeFiles) files below \(path), and \(neededFiles) are needed"
        }
        return
            "release \(id): \(host) has \(free >> 20) MB free below \(path), and the release needs \((needed + ReleasePush.reserve) >> 20) MB"
    }

    init(needed: Int, free: Int, freeFiles: Int = .max, neededFiles: Int = 0) {
        (self.needed, self.free, self.freeFiles, self.neededFiles) = (needed, free, freeFiles, neededFiles)
    }

    /// Reads what `ReleaseStore.room` printed: bytes and files needed, kilobytes and inodes free.
    init?(parsing text: String) {
        let numbers = text.split(whereSeparator: \.isWhitespace).map { Int($0) }
        guard numbers.count == 4, let needed = numbers[0], let files = numbers[1], let free = numbers[2] else {
            return nil
        }
        // Some file systems count no inodes.
        self.init(
            needed: needed, free: free << 10, freeFiles: numbers[3].flatMap { $0 > 0 ? $0 : nil } ?? .max,
            neededFiles: files)
    }
}

extension ReleaseStore {
    /// Prints what the host lacks of a release, compared with the manifests of those it keeps, and what it has room for.
    ///
    /// What interrupted pushes left counts as room: the next push goes on with it or removes it.
    func room(for manifest: ReleaseManifest, id: ReleaseID) -> Fragment {
        .reads(
            """
            place=\(path); while [ ! -d "$place" ]; do place=$(dirname "$place"); done
            if cmp -s "$in1" \("\(path)/releases/\(id)/MANIFEST"); then echo 0 0; else
            set -- \(path)/releases/*/MANIFEST; [ -e "$1" ] || set --
            awk -F '\\t' '
            FILENAME != ARGV[ARGC - 1] { if ($1 == "f") have[$2 FS $4] = 1; next }
            { files++ }
            $1 == "f" && !(($2 FS $4) in have) { bytes += $3 }
            END { printf "%.0f %d\\n", bytes, files }' "$@" "$in1"
            fi
            left=$(find \(path)/releases/.new-* \(path)/releases/.gone-* \(path)/.deploy/push-* \\
            -type f -links 1 -exec stat -c %b {} + 2>/dev/null | awk '{ blocks += $1 } END { printf "%.0f", blocks / 2 }')
            df -Pk "$place" | awk -v left="$left" 'NR == 2 { printf "%.0f\\n", $4 + left }'
            df -Pi "$place" | awk 'NR == 2 { print $4 }'
            """, inputs: [Array(manifest.text.utf8)])
    }
}
