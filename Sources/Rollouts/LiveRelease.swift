import Modules
import Remote

/// What a host's live release can live with: the schema level that it brings.
enum LiveRelease: Hashable, Sendable {
    /// No release is live on it.
    case none
    /// The host can't be asked, or its release doesn't say.
    case unknown
    case brings(Int)

    /// Asks a host; one that doesn't answer is no reason to fail.
    static func of(_ name: String, from host: any ActionHost, at path: String) async -> LiveRelease {
        guard let peer = name == host.name ? host : try? await host.peer(name),
            let reply = try? await peer.run([look(path)]).first, reply.succeeded
        else { return .unknown }
        return LiveRelease(parsing: reply.output)
    }

    /// The manifest's lines that tell.
    static func look(_ path: String) -> Fragment {
        .reads(
            """
            [ -L \(path)/current ] || { echo none; exit 0; }
            awk -F '\\t' '$1 == "s" || $5 ~ "^migrations/"' \(path)/current/MANIFEST
            """)
    }

    init(parsing text: String) {
        guard !text.hasPrefix("none") else {
            self = .none
            return
        }
        guard let manifest = try? ReleaseManifest(parsing: text) else {
            self = .unknown
            return
        }
        self = .brings(manifest.schemaLevels?.brings ?? 0)
    }

    /// The lowest of all, as the environment of the migration says it.
    static func common(_ all: [LiveRelease]) -> String {
        guard !all.contains(.unknown) else { return "" }
        let levels = all.compactMap { if case .brings(let level) = $0 { level } else { nil } }
        return levels.min().map(String.init) ?? "none"
    }
}
