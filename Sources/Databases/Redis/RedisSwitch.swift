import Modules

/// A move of Redis's writes, decided from how the servers were found.
package struct RedisSwitch: Hashable, Sendable {
    package var from: String?
    package var to: String
    package var followers: [String]
    /// The server takes writes already: only role files and followers may be left.
    package var isMoved: Bool

    /// - Throws: `ModuleFailure` when something stands against it; nothing was changed then.
    package init(_ topology: RedisTopology, to wanted: String?, isPlanned: Bool) throws {
        try topology.refuseBesideSentinel()
        try topology.refuseAStranger(wanted)
        guard topology.writers.count <= 1 else {
            throw ModuleFailure("\(topology.writers.map(\.name).joined(separator: " and ")) both take writes")
        }
        if isPlanned, let silent = topology.servers.first(where: { $0.report == nil }) {
            throw ModuleFailure(
                """
                \(silent.name) does not answer: \(silent.silence ?? "?")
                a planned failover needs all servers; when the primary is dead: intchainctl failover redis
                """)
        }
        let alive = topology.servers.filter { $0.report != nil }
        if let primary = topology.primary, primary.name == wanted || (!isPlanned && primary.recordedSource == nil) {
            (from, to, isMoved) = (nil, primary.name, true)
        } else {
            let replicas = alive.filter { $0.report?.takesWrites == false }
            let best = replicas.max { ($0.report?.offset ?? 0) < ($1.report?.offset ?? 0) }
            guard let chosen = wanted.map({ name in replicas.first { $0.name == name } }) ?? best else {
                throw ModuleFailure(
                    wanted.map { "\($0) does not answer" } ?? "no replica is left that could take the writes")
            }
            if isPlanned, chosen.report?.isLinked != true {
                throw ModuleFailure("\(chosen.name) does not copy from the primary: its link is down")
            }
            if !isPlanned, let best, let offset = chosen.report?.offset, offset < best.report?.offset ?? 0 {
                throw ModuleFailure("\(best.name) has received more than \(chosen.name)")
            }
            let source = topology.source(of: chosen)?.name ?? topology.servers.first { $0.report == nil }?.name
            (from, to, isMoved) = (source, chosen.name, false)
        }
        let (gone, heir) = (isPlanned ? nil : from, to)
        followers = alive.map(\.name).filter { $0 != heir && $0 != gone }
    }

    /// What will be done, for people.
    package func steps(isPlanned: Bool) -> [String] {
        let follow = followers.map { "\($0) copies from \(to)" }
        if isMoved { return ["\(to) takes writes already"] + follow }
        let dead = from ?? "the primary"
        if isPlanned {
            return [
                "\(dead) pauses writes until \(to) has all of them; if that takes too long, it goes on as before",
                "\(to) takes writes",
            ] + follow
        }
        return [
            "make sure that \(dead) is dead, to us and to the replicas; if anybody sees it alive, nothing is done",
            "fence \(dead): stop it over SSH and record it as a replica, or cut its port off on every client",
            "\(to) takes writes",
        ] + follow
    }
}
