/// Knows which server of a pair takes writes: its monitors report what each server says, requests ask for the writable
/// one, and who meets a refusal or a lost connection has it looked at again.
package actor ServerPair {
    /// "MySQL" or "Redis", for messages.
    package nonisolated let kind: String
    package nonisolated let addresses: [ServerAddress]
    private let bells: [ServerAddress: Bell]
    private let patience: Duration
    private var reports: [ServerAddress: Report] = [:]
    /// Outlives distrust, so that a role is news once.
    private var lastSaid: [ServerAddress: String] = [:]
    private var chosen: ServerAddress?

    private struct Report {
        let role: ServerRole
        let time: ContinuousClock.Instant
    }

    /// - Parameter patience: a report older than this no longer counts; its monitor hangs.
    package init(kind: String, addresses: [ServerAddress], patience: Duration = .seconds(10)) {
        self.kind = kind
        self.addresses = addresses
        self.patience = patience
        bells = Dictionary(uniqueKeysWithValues: addresses.map { ($0, Bell()) })
    }

    /// Rings when the server should be looked at before its next turn.
    nonisolated func bell(of address: ServerAddress) -> Bell? { bells[address] }

    /// Takes what a monitor found; true when that is news: another kind of role than it last reported.
    @discardableResult
    package func report(_ role: ServerRole, of address: ServerAddress) -> Bool {
        reports[address] = Report(role: role, time: .now)
        return lastSaid.updateValue(role.description, forKey: address) != role.description
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
        if let chosen, role(of: chosen) == .writable { return chosen }
        chosen = addresses.first { role(of: $0) == .writable }
        return chosen
    }

    private func role(of address: ServerAddress) -> ServerRole {
        guard let report = reports[address] else { return .unreachable("not asked yet") }
        guard ContinuousClock.now - report.time < patience else { return .unreachable("no answer for \(patience)") }
        return report.role
    }
}
