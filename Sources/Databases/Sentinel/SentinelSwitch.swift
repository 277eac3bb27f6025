import Modules

/// A move of Redis's writes that Sentinel is to make, decided from how servers and Sentinels were found.
package struct SentinelSwitch: Hashable, Sendable {
    /// Who has the writes, or had them; nil when that can't be told.
    package var from: String?
    /// Who is to have them: the best replica, which Sentinel itself chooses.
    package var to: String
    /// Sentinel has moved them already.
    package var isMoved: Bool

    /// - Throws: `ModuleFailure` when something stands against it; nothing was changed then.
    package init(_ topology: RedisTopology, to wanted: String?, isPlanned: Bool) throws {
        guard let circle = topology.circle else { throw ModuleFailure("the Sentinels could not be asked") }
        try topology.refuseAStranger(wanted)
        guard topology.writers.count <= 1 else {
            throw ModuleFailure(
                """
                \(topology.writers.map(\.name).joined(separator: " and ")) both take writes
                Sentinel makes one of them a replica within some ten seconds: look again with redis status
                """)
        }
        self = try isPlanned ? Self.handOver(topology, circle, to: wanted) : Self.takeOver(topology, circle, to: wanted)
    }

    private init(from: String?, to: String, isMoved: Bool = false) {
        (self.from, self.to, self.isMoved) = (from, to, isMoved)
    }

    private static func handOver(_ topology: RedisTopology, _ circle: SentinelCircle, to wanted: String?) throws -> Self
    {
        if let silent = topology.servers.first(where: { $0.report == nil }) {
            throw ModuleFailure(
                """
                \(silent.name) does not answer: \(silent.silence ?? "?")
                a planned failover needs all servers; when the primary is dead: intchainctl failover redis
                """)
        }
        try refuseInTrouble(circle)
        guard let primary = topology.primary else { throw ModuleFailure("no server takes writes") }
        guard circle.agreed == primary.address else {
            let named = circle.agreed.map(topology.name(of:)) ?? "nobody"
            throw ModuleFailure("the Sentinels take \(named) for the primary, and \(primary.name) takes the writes")
        }
        if primary.name == wanted { return Self(from: nil, to: primary.name, isMoved: true) }
        let heir = try heir(of: topology, to: wanted)
        guard heir.report?.isLinked == true, heir.report?.source == primary.address else {
            throw ModuleFailure("\(heir.name) does not copy from the primary: its link is down")
        }
        return Self(from: primary.name, to: heir.name)
    }

    private static func takeOver(_ topology: RedisTopology, _ circle: SentinelCircle, to wanted: String?) throws -> Self
    {
        if let primary = topology.primary, circle.agreed == primary.address {
            if let wanted, wanted != primary.name {
                throw ModuleFailure(
                    "\(primary.name) is not dead: it takes writes\nto move them: failover redis --planned")
            }
            return Self(from: topology.servers.first { $0.report == nil }?.name, to: primary.name, isMoved: true)
        }
        try refuseInTrouble(circle)
        // Between the look at one and at the other Sentinel may have moved: what it names is the old one only if it is silent.
        let silent = topology.servers.filter { $0.report == nil }
        let dead = silent.first { $0.address == circle.agreed } ?? silent.first
        let named = circle.agreed.map(topology.name(of:)).flatMap { $0 == topology.primary?.name ? nil : $0 }
        return Self(
            from: dead?.name ?? named, to: try topology.primary?.name ?? heir(of: topology, to: wanted).name)
    }

    private static func refuseInTrouble(_ circle: SentinelCircle) throws {
        guard let trouble = circle.trouble else { return }
        throw ModuleFailure(
            """
            too few Sentinels are there to decide a failover, so nothing was asked of them:
            \(trouble)
            on the hosts of those that are down: systemctl start redis-sentinel
            """)
    }

    private static func heir(of topology: RedisTopology, to wanted: String?) throws -> RedisSight {
        let replicas = topology.servers.filter { $0.report?.takesWrites == false }
        if let wanted, replicas.count > 1 {
            throw ModuleFailure(
                "Sentinel chooses among \(replicas.map(\.name).joined(separator: " and ")): leave --to \(wanted) out")
        }
        guard let best = replicas.max(by: { ($0.report?.offset ?? 0) < ($1.report?.offset ?? 0) }),
            wanted ?? best.name == best.name
        else {
            throw ModuleFailure(
                wanted.map { "\($0) does not answer" } ?? "no replica is left that could take the writes")
        }
        return best
    }

    /// What will be done, for people.
    package func steps(isPlanned: Bool) -> [String] {
        if isMoved { return ["\(to) takes writes already"] }
        let old = from ?? "the primary"
        if isPlanned {
            return [
                "\(old) pauses writes until \(to) has all of them; if that takes too long, it goes on as before",
                "Sentinel is asked to let \(to) take the writes; if it refuses, \(old) goes on as before",
                "\(old) copies from \(to)",
            ]
        }
        return [
            "wait until Sentinel, which finds \(old) dead by itself, lets a replica take the writes",
            "if it finds \(old) dead and does nothing, ask it to",
        ]
    }
}
