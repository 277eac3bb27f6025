import Modules
import OrderedCollections
import YAML

extension ReleaseModule {
    /// `state: staged` with an id in the place of `src`: hosts that lack the release fetch it from one that has it.
    func spread(_ id: ReleaseID, to names: [String], from host: any ActionHost) async throws -> Outcome {
        var source: (any ActionHost)?
        var others: [any ActionHost] = []
        for name in names.isEmpty ? [host.name] : names {
            let peer = name == host.name ? host : try await host.peer(name)
            let history = try await store.history(peer.run([store.look]).first)
            if !history.releases.contains(id) { others.append(peer) } else if source == nil { source = peer }
        }
        guard let source else {
            throw ModuleFailure("no server that can be reached has release \(id)")
        }
        guard !others.isEmpty else { return outcome(id, changed: false) }
        let kept = try await KeptRelease(id, of: store, on: source)
        let cargo = Cargo(kept.release, id: id, lists: kept.lists)
        try await ReleaseSpread(store: store, cargo: cargo, owner: owner).fetch(from: source, to: others)
        return outcome(id, changed: true, ["from": .string(source.name), "to": .list(others.map { .string($0.name) })])
    }
}

extension ReleaseSpread {
    /// Lets hosts fetch from one that has the release.
    /// - Throws: `ModuleFailure` that names each host that could not.
    func fetch(from source: any ActionHost, to hosts: [any ActionHost]) async throws {
        var pairs: [Relay.Pair] = []
        for (_, opened) in await concurrently(hosts, { try await open($0) }) {
            let opened = try opened.get()
            if let plan = opened.plan { pairs.append(Relay.Pair(push: opened.push, plan: plan)) }
        }
        let staging = Staging(store: store, id: cargo.id, token: PushToken().text)
        let relay = Relay(source: ReleasePush(cargo: cargo, staging: staging, host: source, owner: owner))
        let refused = await relay.run(to: pairs).compactMap { pair, fetch in
            if case .refused(let reason) = fetch { "\(pair.push.host.name): \(reason)" } else { String?.none }
        }
        guard refused.isEmpty else {
            throw ModuleFailure(
                "could not fetch release \(cargo.id) from \(source.name); name its folder or file: intchainctl deploy --catch-up DIR\n"
                    + refused.joined(separator: "\n"))
        }
    }
}
