import Modules

/// A move of Redis's writes, decided from how the servers were found.
package struct RedisSwitch: Hashable, Sendable {
    package var from: String?
    package var to: String
    package var followers: [String]
    /// The server takes writes already: only role files and followers may be left.
    package var isMoved: Bool
    /// Nobody takes writes, though all answer: an earlier move was cut off.
    package var isResumed: Bool

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
        isResumed = false
        if let heir = try Self.heir(ofNobodyIn: topology, wanted) {
            (from, to, isMoved, isResumed) = (nil, heir.name, false, true)
        } else if let primary = topology.primary,
            primary.name == wanted || (!isPlanned && primary.recordedSource == nil)
        {
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
            (from, to, isMoved) = (Self.origin(of: chosen, in: topology)?.name, chosen.name, false)
        }
        let (gone, heir) = (isPlanned ? nil : from, to)
        followers = alive.map(\.name).filter { $0 != heir && $0 != gone }
    }

    /// Where all answer and copy from each other nobody is dead, and nobody hands over: the one takes the writes whom its
    /// role file makes the primary, else the one that has received most. Who is asked for by name wins, for a restart lets
    /// a server count anew.
    private static func heir(ofNobodyIn topology: RedisTopology, _ wanted: String?) throws -> RedisSight? {
        guard topology.servers.allSatisfy({ topology.source(of: $0) != nil }) else { return nil }
        if let wanted { return topology[wanted] }
        let named = topology.servers.filter { $0.recordedSource == nil }
        let best = (named.isEmpty ? topology.servers : named).max {
            ($0.report?.offset ?? 0) < ($1.report?.offset ?? 0)
        }
        if let best = best?.report { try refuseAGuess(best, isNamed: !named.isEmpty, in: topology) }
        return best
    }

    /// A server that was restarted counts from 1, whatever it holds, and one that never got its first copy is empty.
    /// - Throws: `ModuleFailure` when the best may be such a one.
    private static func refuseAGuess(_ best: RedisReport, isNamed: Bool, in topology: RedisTopology) throws {
        let most = topology.servers.compactMap { $0.report?.keys }.max() ?? 0
        guard !isNamed && best.offset <= 1 || best.keys < most / 2 else { return }
        let keys = topology.servers.map { "\($0.name) holds \($0.report?.keys ?? 0) keys" }
        throw ModuleFailure(
            """
            nobody takes writes, and who has received most can't be told: \(keys.joined(separator: ", "))
            name the one that is to take them with --to; what only the others hold is lost
            """)
    }

    /// Whom the writes are taken from: the source, or the only one that is silent where the source itself only copies.
    private static func origin(of chosen: RedisSight, in topology: RedisTopology) -> RedisSight? {
        let silent = topology.servers.filter { $0.report == nil }
        guard let source = topology.source(of: chosen) else { return silent.first }
        return source.report != nil && topology.writers.isEmpty && silent.count == 1 ? silent.first : source
    }

    /// What will be done, for people.
    package func steps(isPlanned: Bool) -> [String] {
        let follow = followers.map { "\($0) copies from \(to)" }
        if isMoved { return ["\(to) takes writes already"] + follow }
        if isResumed {
            return ["nobody takes writes now: a failover was cut off, and is taken up", "\(to) takes writes"]
                + follow.map { "\($0), whatever it held itself" }
        }
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
