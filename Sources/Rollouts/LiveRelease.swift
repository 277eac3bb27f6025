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
        let store = ReleaseStore(path)
        guard let peer = name == host.name ? host : try? await host.peer(name),
            let replies = try? await peer.run([store.look, store.schemas]), replies.count == 2, replies[1].succeeded,
            let history = try? store.history(replies[0])
        else { return .unknown }
        return LiveRelease(history, ReleaseStore.schemas(replies[1]))
    }

    /// A live release that did not come through its rollout may have to give way to the one before: what that one can't
    /// live with is none of the site's either.
    init(_ history: ReleaseHistory, _ schemas: [ReleaseID: ReleaseManifest.SchemaLevels]) {
        guard let current = history.current else {
            self = .none
            return
        }
        let before = history.isServing(current) ? nil : history.previous
        let concerned = [current, before].compactMap { $0 }
        guard history.releases.isSuperset(of: concerned) else {
            self = .unknown
            return
        }
        self = .brings(concerned.map { schemas[$0]?.brings ?? 0 }.min() ?? 0)
    }

    /// The lowest of all, as the environment of the migration says it.
    static func common(_ all: [LiveRelease]) -> String {
        guard !all.contains(.unknown) else { return "" }
        let levels = all.compactMap { if case .brings(let level) = $0 { level } else { nil } }
        return levels.min().map(String.init) ?? "none"
    }
}
