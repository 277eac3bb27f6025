import Modules
import OrderedCollections
import YAML

extension ReleaseModule {
    /// Brings the release to the hosts. The result has, besides `id` and `path`, the sums over all hosts (`sent` files,
    /// `sent_bytes`, `serving` when all of them serve it), and the same for each under `hosts`.
    func stage(
        _ src: String, _ version: String?, on names: [String], from host: any ActionHost
    ) async throws -> Outcome {
        let release: Release
        do {
            release = try await Release.read(src, caches: DigestCache.home())
        } catch { throw ModuleFailure("\(error)") }
        guard let id = release.manifest.id(version: version) else {
            throw ModuleFailure("'\(version ?? "")' makes no release id: use letters, digits, dots and dashes")
        }
        var hosts: [any ActionHost] = []
        for name in names where name != host.name { hosts.append(try await host.peer(name)) }
        if names.isEmpty || names.contains(host.name) { hosts.insert(host, at: 0) }
        let spread = ReleaseSpread(store: store, cargo: Cargo(release, id: id), owner: owner)
        let landings = try await spread.run(on: hosts)
        var each: ValueMap = [:]
        for host in hosts { each[.string(host.name)] = landings[host.name].map(Self.value) ?? .null }
        let sum: ValueMap = [
            "sent": .int(landings.values.reduce(0) { $0 + $1.push.files }),
            "sent_bytes": .int(landings.values.reduce(0) { $0 + $1.push.bytes }),
            "serving": .bool(landings.values.allSatisfy(\.isServing)), "hosts": .map(each),
        ]
        var outcome = outcome(id, changed: landings.values.contains { $0.push.changed }, sum)
        let notes = hosts.compactMap { host in landings[host.name]?.note.map { "\(host.name) \($0)" } }
        if !notes.isEmpty { outcome.message = notes.joined(separator: "\n") }
        return outcome
    }

    private static func value(_ landing: ReleaseSpread.Landing) -> Value {
        var value: ValueMap = [
            "changed": .bool(landing.push.changed), "sent": .int(landing.push.files),
            "sent_bytes": .int(landing.push.bytes), "serving": .bool(landing.isServing),
        ]
        if let from = landing.from { value["from"] = .string(from) }
        return .map(value)
    }
}
