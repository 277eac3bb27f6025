/// What one host knows when it has to say which place its Redis has.
struct RedisMember: Hashable, Sendable {
    enum Place: Hashable, Sendable {
        /// The role file says so already: only failovers change it.
        case settled
        case primary
        case replica(of: SitePeer)
    }

    var name: String
    var address: String
    var birthPrimary: String
    /// The text of the role file, comments left out; nil: nobody has decided yet.
    var role: String?
    var own: RedisProbe.Finding
    var peers: [(peer: SitePeer, finding: RedisProbe.Finding)]

    static func == (left: RedisMember, right: RedisMember) -> Bool {
        left.name == right.name && left.role == right.role && left.own == right.own
            && left.peers.map(\.peer) == right.peers.map(\.peer)
    }

    func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// - Throws: `ModuleFailure` when a place would cost data.
    func place() throws -> Place {
        if role != nil { return .settled }
        if case .replica(let source, _, _) = own, let peer = peers.first(where: { $0.peer.address == source })?.peer {
            return .replica(of: peer)
        }
        if peers.contains(where: { $0.finding.source == address }) { return .primary }
        if let primary = peers.first(where: { $0.finding.isProvenPrimary })?.peer { return try following(primary) }
        if name == birthPrimary { return .primary }
        guard let primary = peers.first(where: { $0.peer.name == birthPrimary })?.peer else {
            throw ModuleFailure("\(name) should replicate from \(birthPrimary), which is not among its peers")
        }
        return try following(primary)
    }

    /// Replicating replaces all keys: those of a server that never had a place may be somebody's.
    private func following(_ primary: SitePeer) throws -> Place {
        if case .primary(_, isBlank: false) = own {
            throw ModuleFailure(
                """
                \(name) holds keys, and replicating from \(primary.name) would replace them: \
                empty it, or write its role into the role file by hand
                """)
        }
        return .replica(of: primary)
    }
}

extension RedisProbe.Finding {
    /// Where a replica copies from.
    var source: String? { if case .replica(let source, _, _) = self { source } else { nil } }

    /// A primary that replicas follow, or that holds keys: no fresh installation.
    var isProvenPrimary: Bool {
        if case .primary(let replicas, let isBlank) = self { !replicas.isEmpty || !isBlank } else { false }
    }
}
