package import Remote
import Synchronization

/// The lock that one run at a time holds on a site.
///
/// It costs an unchanged run nothing: it is taken together with the run's first change. The inventory's first host that
/// can be reached is the anchor, which decides between runs; each further host is locked by the fragment that first
/// changes it. From then on every changing fragment checks the token on its host before it acts.
package final class SiteLock: Sendable {
    package let record: LockRecord
    let file: LockFile
    let terms: Terms
    private let stop: StopRequest
    private let say: @Sendable (String) -> Void
    private let state = Mutex(State())
    /// The anchor is taken once.
    private let anchoring = Turn()

    /// How the lock is waited for and kept.
    package struct Terms: Sendable {
        /// How long to wait for another holder to end.
        package var wait: Duration = .zero
        /// Take it from a holder whose heartbeat has stopped.
        package var takesOver = false
        package var heartbeat: Duration = .seconds(5)
        /// Seconds without a heartbeat after which a holder counts as dead.
        package var deadAfter = 30

        package init() {}
    }

    /// An account on a host.
    struct Seat: Hashable {
        var host: String
        var account: Become?
    }

    private struct State {
        var isForOneHost = true
        var isAnchored = false
        /// Where it is held, with the sessions that reach it.
        var held: [Seat: HostSession] = [:]
        /// Where it was asked for and no answer came yet: a run that is cut off then may hold it all the same.
        var asked: [Seat: HostSession] = [:]
        /// Whose token was last where it was taken without looking.
        var before: [String: LockSighting] = [:]
        var refusal: LockRefusal?
        /// The token of the holder that people were told is waited for.
        var awaited: String?
        var heart: Task<Void, Never>?
        /// Where a heartbeat is under way.
        var beating: Set<Seat> = []

        mutating func seatsToBeat() -> [Seat: HostSession] {
            let seats = held.filter { !beating.contains($0.key) }
            beating.formUnion(seats.keys)
            return seats
        }
    }

    /// - Parameters:
    ///   - stop: ends waiting for another holder.
    ///   - say: tells people what is waited for.
    package init(
        _ record: LockRecord, terms: Terms = Terms(), file: LockFile = LockFile(),
        stop: StopRequest = StopRequest(), say: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.record = record
        self.terms = terms
        self.file = file
        self.stop = stop
        self.say = say
    }

    /// Why the run had to stop changing things; nil while it may go on.
    package var refusal: LockRefusal? { state.withLock { $0.refusal } }

    /// Where the lock is held.
    package var hosts: Set<String> { state.withLock { Set($0.held.keys.map(\.host)) } }

    /// Whether it is held where runs meet.
    var isAnchored: Bool { state.withLock(\.isAnchored) }

    var isForOneHost: Bool { state.withLock(\.isForOneHost) }

    /// Tells which hosts the run is for, before it begins.
    func expect(_ hosts: Set<String>) { state.withLock { $0.isForOneHost = hosts.count <= 1 } }

    func isHeld(at seat: Seat) -> Bool {
        // root's lock is the site's: every account of the host is covered by it.
        state.withLock { state in
            state.held[seat] != nil || state.held.keys.contains { $0.host == seat.host && $0.account?.user == "root" }
        }
    }

    func ask(_ seat: Seat, by session: HostSession) { state.withLock { $0.asked[seat] = session } }

    func hold(_ seat: Seat, by session: HostSession) {
        state.withLock { state in
            state.asked[seat] = nil
            state.held[seat] = session
            guard state.heart == nil else { return }
            state.heart = Task { await self.beat() }
        }
    }

    /// - Returns: the error to throw.
    func refuse(_ verdict: LockVerdict, on host: String) -> LockRefusal {
        let refusal = LockRefusal(host: host, verdict: verdict)
        return state.withLock { state in
            state.refusal = state.refusal ?? refusal
            return refusal
        }
    }

    /// - Throws: the refusal that ended the run already.
    func throwIfRefused() throws {
        if let refusal { throw refusal }
    }

    // MARK: Taking it

    /// Takes the lock where runs meet, once a run.
    ///
    /// - Parameters:
    ///   - candidates: the inventory's hosts in its order.
    ///   - host: the only one of the run, whose own fragment takes the lock there when its turn as anchor comes; nil
    ///     where others may wait for it, as a change may take long.
    /// - Throws: `LockRefusal`.
    func anchor(
        on candidates: [String], for host: String?,
        session: @Sendable @escaping (String) throws -> (HostSession, Become?)
    ) async throws {
        try await anchoring.taking {
            guard !self.state.withLock(\.isAnchored) else { return }
            for candidate in candidates {
                if candidate == host { return }
                do {
                    let (session, account) = try session(candidate)
                    let before = try await self.take(on: session, as: account)
                    self.state.withLock { state in
                        state.before[candidate] = before
                        state.isAnchored = true
                    }
                    return
                } catch let error as TransportError {
                    self.say("\(error)\n  the site's lock is taken without \(candidate)")
                }
            }
        }
    }

    /// The first change of the anchor itself took it.
    func anchored() { state.withLock { $0.isAnchored = true } }

    /// Whose token was last on a host where the lock was taken for another host's sake; told once.
    func takeBefore(_ host: String) -> LockSighting? { state.withLock { $0.before.removeValue(forKey: host) } }

    /// Takes the lock on a host beside whatever is under way there, waiting as long as the terms say.
    /// - Returns: what was seen there before.
    @discardableResult
    func take(on session: HostSession, as account: Become?) async throws -> LockSighting {
        let end = ContinuousClock.now + terms.wait
        while true {
            let (verdict, before) = try await session.takeLock(self, as: account)
            guard let verdict else {
                hold(Seat(host: session.host, account: account), by: session)
                return before
            }
            guard verdict.kind == .held, ContinuousClock.now < end else { throw refuse(verdict, on: session.host) }
            if let record = verdict.sighting.record { sayOnce(waitingFor: record) }
            try await stop.sleep(for: .milliseconds(500))
        }
    }

    /// Several hosts may wait for one holder.
    private func sayOnce(waitingFor holder: LockRecord) {
        let isNew = state.withLock { state in
            defer { state.awaited = holder.token }
            return state.awaited != holder.token
        }
        if isNew { say("waiting for the site's lock, held by \(holder.sentence)") }
    }

    /// What a changing fragment says before it acts.
    func header(takes: Bool, seen: LockSighting?) -> Shell {
        guard takes else { return file.check(record.token) }
        let last = seen.map { $0.record == nil ? $0.last ?? "" : "?" }
        return file.take(record, seen: last, deadAfter: terms.takesOver ? terms.deadAfter : nil)
    }

    // MARK: Keeping it and giving it back

    private func beat() async {
        while (try? await Task.sleep(for: terms.heartbeat)) != nil {
            for (seat, session) in state.withLock({ $0.seatsToBeat() }) {
                // Nobody waits for it: a host that does not answer must not stop the others' hearts.
                Task {
                    _ = try? await session.aside([self.file.beat(self.record.token)], as: seat.account)
                    self.state.withLock { _ = $0.beating.remove(seat) }
                }
            }
        }
    }

    /// Gives the lock back everywhere, also when the run was cancelled. A host that does not answer keeps it until its
    /// heartbeat is too old.
    package func release() async {
        let (held, heart) = state.withLock { state in
            defer { (state.held, state.asked, state.heart) = ([:], [:], nil) }
            return (state.held.merging(state.asked) { held, _ in held }, state.heart)
        }
        heart?.cancel()
        guard !held.isEmpty else { return }
        let late = Task.isCancelled
        // Not a child of the run, whose cancellation would end it.
        await Task {
            await within(.seconds(5)) {
                await concurrently(Array(held), limit: 50) { seat, session in
                    _ = try? await session.aside([self.file.release(self.record.token, late: late)], as: seat.account)
                }
            }
        }.value
    }
}

/// Runs the body, and cancels it when the time is over.
private func within(_ limit: Duration, _ body: @escaping @Sendable () async -> Void) async {
    await withTaskGroup(of: Void.self) { group in
        group.addTask { await body() }
        group.addTask { try? await Task.sleep(for: limit) }
        await group.next()
        group.cancelAll()
    }
}
