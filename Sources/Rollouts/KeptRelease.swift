import Modules
import Remote
import SystemPackage

/// A release as a host keeps it: what it consists of, and the chunks of its large files; its bytes stay there.
struct KeptRelease: Sendable {
    let release: Release
    /// By digest of the file.
    let lists: [String: ChunkList]

    /// - Throws: `ModuleFailure` when the host can't tell.
    init(_ id: ReleaseID, of store: ReleaseStore, on host: any ActionHost) async throws {
        let reply = try await host.run([Self.look(id, in: store)]).first
        let parts = reply?.output.split(separator: "\0", omittingEmptySubsequences: false).map(String.init) ?? []
        guard let reply, reply.succeeded, parts.count == 4 else {
            throw ModuleFailure("read release \(id) on \(host.name)", reply ?? Reply(status: 1))
        }
        do {
            release = Release(
                path: FilePath("\(store.path)/releases/\(id)"), manifest: try ReleaseManifest(parsing: parts[0]),
                metadata: try ReleaseMetadata(parsing: parts[1]), signature: parts[2].isEmpty ? nil : parts[2],
                slices: [:])
        } catch { throw ModuleFailure("release \(id) on \(host.name): \(error)") }
        lists = Self.lists(parts[3])
    }

    private static func look(_ id: ReleaseID, in store: ReleaseStore) -> Fragment {
        .reads(
            """
            cd \(store.path)/releases/\(id.text) || exit 1
            for record in MANIFEST METADATA SIGNATURE; do
            [ ! -f "$record" ] || cat "$record"; printf '\\0'
            done
            awk -F '\\t' -v large=\(Chunker.threshold) '$1 == "f" && $3 + 0 >= large + 0 { print $4 }' MANIFEST |
            while IFS= read -r digest; do
            list=\(store.path)/.deploy/chunks/$digest
            [ ! -f "$list" ] || { printf 'F %s\\n' "$digest"; cat "$list"; }
            done
            """)
    }

    private static func lists(_ text: String) -> [String: ChunkList] {
        var lines: [String: [Substring]] = [:]
        var digest = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix("F ") {
                digest = String(line.dropFirst(2))
            } else {
                lines[digest, default: []].append(line)
            }
        }
        return lines.mapValues { ChunkList(parsing: $0) }
    }
}
