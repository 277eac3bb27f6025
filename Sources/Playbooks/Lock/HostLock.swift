import Remote
import YAML

/// A host's part of the site's lock: what its session asks before it changes anything.
struct HostLock: Sendable {
    let host: String
    let lock: SiteLock
    /// The inventory's hosts in its order.
    let candidates: [String]
    /// A host's session, and the account that has root's rights there.
    let session: @Sendable (String) throws -> (HostSession, Become?)

    init(
        host: String, lock: SiteLock, candidates: [String],
        session: @escaping @Sendable (String) throws -> (HostSession, Become?)
    ) {
        self.host = host
        self.lock = lock
        self.candidates = candidates
        self.session = session
    }

    /// The fragments with the lock's text before each that changes something; the first of them takes the lock here.
    /// - Throws: `LockRefusal`, `StaleLook`.
    func guarded(
        _ fragments: [Fragment], as account: Become?, seen: LockSighting?, by session: HostSession
    ) async throws -> [Fragment] {
        try lock.throwIfRefused()
        let seat = SiteLock.Seat(host: host, account: account)
        var takes = !lock.isHeld(at: seat)
        if takes {
            try await anchor(as: account)
            takes = !lock.isHeld(at: seat)
        }
        if let before = lock.takeBefore(host) {
            takes = false
            if let seen, seen.record != nil || seen.last != before.last { throw StaleLook() }
        }
        if takes { lock.ask(seat, by: session) }
        return fragments.map { fragment in
            guard fragment.effect == .changes else { return fragment }
            defer { takes = false }
            var guarded = fragment
            guarded.shell = "\(lock.header(takes: takes, seen: seen))\(fragment.shell)"
            return guarded
        }
    }

    /// Judges what came back.
    /// - Throws: `LockRefusal`, `StaleLook`.
    func judge(_ replies: [Reply], as account: Become?, by session: HostSession) async throws {
        if let verdict = replies.lazy.compactMap(LockVerdict.init).first {
            guard verdict.kind == .stale || verdict.kind == .held else { throw lock.refuse(verdict, on: host) }
            if verdict.kind == .held {
                // Another account than root may not write root's lock, nor take it over.
                let taker = try account.flatMap { $0.user == "root" ? $0 : try self.session(host).1 }
                try await lock.take(on: session, as: taker)
            }
            lock.hold(.init(host: host, account: account), by: session)
            lock.anchored()
            throw StaleLook()
        }
        lock.hold(.init(host: host, account: account), by: session)
        lock.anchored()
    }

    /// The anchor is reached as root where the change is made by another account than the login's.
    private func anchor(as account: Become?) async throws {
        let session = session
        try await lock.anchor(on: candidates, for: lock.isForOneHost ? host : nil) { candidate in
            let (session, root) = try session(candidate)
            return (session, account == nil ? nil : root)
        }
    }
}
