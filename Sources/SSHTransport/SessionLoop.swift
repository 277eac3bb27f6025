import BlockingIO
import Glibc
import Remote

/// Owns sessions and the thread they live on: waits for all their sockets at once and answers calls in between.
actor SessionLoop: PollingActor {
    let executor = PollingExecutor(label: "ssh")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    let directory: String?
    lazy var identityFiles = readIdentityFiles()
    var sessions: [Int: Session] = [:]
    /// Why sessions ended that their owners have not closed yet.
    private var failures: [Int: any Error] = [:]
    var shells: [Int: ShellChannel] = [:]
    var accounts: [AccountKey: Int] = [:]
    /// Those that are being opened.
    var tunnels: [Int: TunnelChannel] = [:]
    private var polled: [Session] = []

    struct AccountKey: Hashable {
        let session: Int
        let user: String?
        let isCompanion: Bool
    }

    init(directory: String?) {
        self.directory = directory
        executor.start(self)
    }

    deinit { executor.stop() }

    nonisolated func newID() -> Int { Int.random(in: 1 ... .max) }

    // MARK: Waiting

    func interests() -> (descriptors: [pollfd], timeout: Int32) {
        var descriptors: [pollfd] = []
        polled = []
        var alarm: ContinuousClock.Instant?
        for session in sessions.values {
            for interest in [session.interest] + session.users.map(\.interest) {
                guard let interest else { continue }
                descriptors.append(interest)
                polled.append(session)
            }
            if let next = session.nextAlarm { alarm = min(alarm ?? next, next) }
        }
        return (descriptors, alarm.map { Self.milliseconds(until: $0) } ?? -1)
    }

    private static func milliseconds(until instant: ContinuousClock.Instant) -> Int32 {
        let (seconds, attoseconds) = (instant - .now).components
        return Int32(clamping: max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1))
    }

    func serve(_ descriptors: [pollfd]) {
        var last: Session?
        for (session, descriptor) in zip(polled, descriptors) where descriptor.revents != 0 {
            if descriptor.revents & Int16(POLLIN) != 0 { session.heard() }
            if session !== last { session.advance() }
            last = session
        }
        polled = []
        let now = ContinuousClock.now
        for session in sessions.values {
            if let alarm = session.nextAlarm, alarm <= now { session.ring() }
        }
        forgetEnded()
    }

    func forgetEnded() {
        for (id, session) in sessions {
            guard let failure = session.failure else { continue }
            failures[id] = failure
            sessions[id] = nil
        }
    }

    // MARK: Closing

    /// - Parameter reason: what later calls are told.
    func close(_ id: Int, _ reason: any Error) {
        if let session = sessions.removeValue(forKey: id) {
            session.end(reason)
            failures[id] = reason
        }
        for (key, shell) in accounts where key.session == id {
            accounts[key] = nil
            shells[shell] = nil
        }
    }

    /// Closes and forgets a session that nobody refers to any more; from anywhere, without waiting.
    nonisolated func abandon(_ id: Int) {
        executor.call {
            self.assumeIsolated {
                $0.close(id, CancellationError())
                $0.failures[id] = nil
            }
        }
    }

    /// Why a session, or a shell of it, can't be used any more.
    func lost(_ session: Int) -> any Error {
        let host = sessions[session]?.endpoint.name ?? "host"
        return failures[session] ?? TransportError.lost(host: host, reason: "the shell has ended")
    }
}
