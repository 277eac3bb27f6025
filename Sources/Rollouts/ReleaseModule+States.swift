import Modules
import OrderedCollections
import Remote
import YAML

extension ReleaseModule {
    func publish(_ id: ReleaseID, _ history: ReleaseHistory, on host: any ActionHost) async throws -> Outcome {
        guard history.releases.contains(id) else {
            let known = history.releases.sorted().map(\.text).joined(separator: ", ")
            throw ModuleFailure("release \(id) is not on \(host.name); it has \(known.isEmpty ? "none" : known)")
        }
        guard history.current != id else { return outcome(id, changed: false) }
        let before = history.current
        try await run(store.publish(id), "switch to release \(id)", on: host)
        try await prune(on: host)
        return outcome(id, changed: true, ["previous": before.map { .string($0.text) } ?? .null])
    }

    /// Records that the live release came through its rollout: a deploy of the same one then has nothing to do here.
    func confirm(_ id: ReleaseID, _ history: ReleaseHistory, on host: any ActionHost) async throws -> Outcome {
        guard history.current == id else {
            throw ModuleFailure("release \(id) is not the live one on \(host.name)")
        }
        guard !history.isServing(id) else { return outcome(id, changed: false) }
        try await run(store.confirm(id), "record that release \(id) is good", on: host)
        try await prune(on: host)
        return outcome(id, changed: true)
    }

    /// Records that a release is not to be gone back to; a host that does not have it is left alone.
    func condemn(_ id: ReleaseID, _ history: ReleaseHistory, on host: any ActionHost) async throws -> Outcome {
        guard history.releases.contains(id), !history.isBad(id) else { return outcome(id, changed: false) }
        try await run(store.condemn(id), "record that release \(id) is bad", on: host)
        return outcome(id, changed: true)
    }

    /// From the live release to the one before, which is then live; the one left is marked bad.
    func goBack(from abandoned: ReleaseID?, _ history: ReleaseHistory, on host: any ActionHost) async throws -> Outcome
    {
        guard let current = history.current else { throw ModuleFailure("\(host.name) has no live release to leave") }
        if let abandoned, abandoned != current { return outcome(current, changed: false) }
        guard let previous = history.previous else {
            throw ModuleFailure("\(host.name) has no earlier good release to go back to; \(current) stays live")
        }
        try await run(store.publish(previous, givingUp: current), "go back to release \(previous)", on: host)
        return outcome(previous, changed: true, ["abandoned": .string(current.text)])
    }

    private func prune(on host: any ActionHost) async throws {
        let history = try await store.history(host.run([store.look]).first)
        let superfluous = history.superfluous(keeping: keep)
        guard !superfluous.isEmpty else { return }
        try await run(store.remove(superfluous), "remove old releases", on: host)
    }

    private func run(_ fragment: Fragment, _ doing: String, on host: any ActionHost) async throws {
        let replies = try await host.run([fragment])
        guard let reply = replies.first, reply.succeeded else {
            throw ModuleFailure(doing, replies.first ?? Reply(status: 1))
        }
    }
}
