/// What one host knows when it has to say which place it has in the site's replication: its own server, its epoch file,
/// and what its peers answer to the replication account.
struct MySQLMember: Hashable, Sendable {
    struct Peer: Hashable, Sendable {
        enum State: Hashable, Sendable {
            case unreachable(String)
            /// It refuses the replication account: a server that was never part of the site.
            case stranger
            case seen(isReadOnly: Bool, isBlank: Bool)
        }

        var name: String
        var address: String
        var state: State

        var takesWrites: Bool {
            state == .seen(isReadOnly: false, isBlank: true) || state == .seen(isReadOnly: false, isBlank: false)
        }
    }

    /// What has to be done; the role follows from it.
    enum Place: Hashable, Sendable {
        /// It is the primary; the epoch is to be recorded if it differs from the file's.
        case primary(Epoch)
        /// It becomes the site's first primary.
        case birth(Epoch)
        /// It was the primary before it restarted and may take writes again.
        case reopening(Epoch)
        /// It replicates from that peer, or is to.
        case replica(of: Peer, Epoch)
    }

    var name: String
    var birthPrimary: String
    var epoch: Epoch?
    var isReadOnly: Bool
    /// Whether it has the replication account, which the primary makes at its birth.
    var hasAccount: Bool
    var channel: ReplicationChannel?
    var peers: [Peer]

    /// - Throws: `ModuleFailure` when the servers contradict each other: then nothing is changed.
    func place() throws -> Place {
        let writers = peers.filter(\.takesWrites)
        guard writers.count + (isReadOnly ? 0 : 1) <= 1 else {
            let names = (isReadOnly ? [] : [name]) + writers.map(\.name)
            throw ModuleFailure("\(names.joined(separator: " and ")) both take writes: stop one of them by hand first")
        }
        if !isReadOnly { return try placeOfAWriter() }
        if let writer = writers.first { return .replica(of: writer, following(writer.name)) }
        guard let epoch else { return try placeWithoutEpoch() }
        if epoch.primary == name { return try placeOfTheNamed(epoch) }
        let primary = try peer(epoch.primary)
        // Replicating from it now could lead in a circle: it may still be set up to replicate from here.
        if channel == nil, epoch.number > 1, case .seen(isReadOnly: true, _) = primary.state {
            throw ModuleFailure(
                """
                epoch \(epoch.number) names \(primary.name) as the primary, but it takes no writes: \
                a failover was cut off; take it up with: intchainctl failover db --planned --to \(primary.name)
                """)
        }
        return .replica(of: primary, epoch)
    }

    private func placeOfAWriter() throws -> Place {
        if let channel {
            throw ModuleFailure("\(name) takes writes and replicates from \(channel.address): set it read-only first")
        }
        if let epoch, epoch.primary != name {
            throw ModuleFailure(
                "\(name) takes writes, but its epoch file names \(epoch.primary): set it read-only, or correct the file"
            )
        }
        return .primary(epoch ?? Epoch(number: 1, primary: name))
    }

    private func placeOfTheNamed(_ epoch: Epoch) throws -> Place {
        if let channel {
            throw ModuleFailure(
                "the epoch file of \(name) names it as primary, but it replicates from \(channel.address)")
        }
        // The file is written first: without the account, its birth was cut off before anybody could follow it.
        if !hasAccount, epoch.number == 1 { return .birth(epoch) }
        return .reopening(epoch)
    }

    private func placeWithoutEpoch() throws -> Place {
        if let channel, let source = peers.first(where: { $0.address == channel.address }) {
            return .replica(of: source, Epoch(number: 1, primary: source.name))
        }
        guard birthPrimary == name else {
            return .replica(of: try peer(birthPrimary), Epoch(number: 1, primary: birthPrimary))
        }
        for peer in peers where peer.state == .seen(isReadOnly: true, isBlank: false) {
            throw ModuleFailure(
                """
                \(name) has no epoch file, and \(peer.name) holds the site's data but takes no writes: \
                make one of them the primary by a failover first
                """)
        }
        return .birth(Epoch(number: 1, primary: name))
    }

    /// The epoch in which a peer is the primary: the recorded one, or the one after it.
    private func following(_ primary: String) -> Epoch {
        guard let epoch else { return Epoch(number: 1, primary: primary) }
        return epoch.primary == primary ? epoch : Epoch(number: epoch.number + 1, primary: primary)
    }

    private func peer(_ name: String) throws -> Peer {
        guard let peer = peers.first(where: { $0.name == name }) else {
            throw ModuleFailure("\(self.name) should replicate from \(name), which is not among its peers")
        }
        return peer
    }
}
