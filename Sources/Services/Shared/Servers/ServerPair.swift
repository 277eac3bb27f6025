/// Knows which server of a pair takes writes: its monitors report what each server says, requests ask for the writable
/// one, and who meets a refusal or a lost connection has it looked at again. Where witnesses (Sentinels) decide who is
/// to take the writes, a server that most of them have replaced is not used, whatever it says of itself.
package actor ServerPair {
    /// "MySQL" or "Redis", for messages.
    package nonisolated let kind: String
    package nonisolated let addresses: [ServerAddress]
    package nonisolated let witnesses: [ServerAddress]
    private let bells: [ServerAddress: Bell]
    private let patience: Duration
    private var reports: [ServerAddress: Report] = [:]
    /// Outlives distrust, so that a role is news once.
    private var lastSaid: [ServerAddress: String] = [:]
    private var chosen: ServerAddress?
    private var votes: [ServerAddress: Vote] = [:]

    private struct Report {
        let role: ServerRole
        let time: ContinuousClock.Instant
    }

    private struct Vote {
        let server: ServerAddress
        let time: ContinuousClock.Instant
    }

    /// - Parameter patience: a report or vote older than this no longer counts; its monitor hangs.
    package init(
        kind: String, addresses: [ServerAddress], witnesses: [ServerAddress] = [], patience: Duration = .seconds(10)
    ) {
        self.kind = kind
        self.addresses = addresses
        self.witnesses = witnesses
        self.patience = patience
        bells = Dictionary(uniqueKeysWithValues: (addresses + witnesses).map { ($0, Bell()) })
    }

    /// Rings when the server should be looked at before its next turn.
    nonisolated func bell(of address: ServerAddress) -> Bell? { bells[address] }

    /// Takes what a monitor found; true when that is news: another kind of role than it last reported.
    @discardableResult
    package func report(_ role: ServerRole, of address: ServerAddress) -> Bool {
        reports[address] = Report(role: role, time: .now)
        return lastSaid.updateValue(role.description, forKey: address) != role.description
    }

    /// Takes whom a witness names; true when that is another one than before.
    @discardableResult
    package func vote(for server: ServerAddress, by witness: ServerAddress) -> Bool {
        votes.updateValue(Vote(server: server, time: .now), forKey: witness)?.server != server
    }

    /// The server refused a write or was lost: it is not used again before its monitor has asked it.
    package func distrust(_ address: ServerAddress) {
        reports[address] = nil
        if chosen == address { chosen = nil }
        bells[address]?.ring()
    }

    /// The writable server, as soon as there is one; throws `NoWritableServer` when there is none by the deadline.
    ///
    /// While both claim to be writable the one in use stays in use.
    package func writable(until deadline: ContinuousClock.Instant) async throws -> ServerAddress {
        while true {
            if let address = writableNow { return address }
            guard ContinuousClock.now < deadline else { throw NoWritableServer(kind: kind, roles: roles) }
            bells.values.forEach { $0.ring() }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// What each server last said; one that has not been heard of is unreachable.
    package var roles: [ServerAddress: ServerRole] {
        Dictionary(uniqueKeysWithValues: addresses.map { ($0, role(of: $0)) })
    }

    /// The server that a request would use now.
    package var writableNow: ServerAddress? {
        if let named {
            switch role(of: named) {
            case .writable: chosen = named
            // The witnesses learn of a planned move a moment later than the servers.
            case .readOnly: break
            case .unreachable: return nil
            }
        }
        if let chosen, role(of: chosen) == .writable { return chosen }
        chosen = addresses.first { role(of: $0) == .writable }
        return chosen
    }

    /// Whom more than half of the witnesses name.
    private var named: ServerAddress? {
        let fresh = votes.values.filter { ContinuousClock.now - $0.time < patience }
        return addresses.first { address in fresh.count { $0.server == address } * 2 > witnesses.count }
    }

    private func role(of address: ServerAddress) -> ServerRole {
        guard let report = reports[address] else { return .unreachable("not asked yet") }
        guard ContinuousClock.now - report.time < patience else { return .unreachable("no answer for \(patience)") }
        return report.role
    }
}
