import CLibSSH
import Glibc
import Remote

/// One login: from the dialled socket to its channels. Used on its loop's thread only.
final class Session {
    private enum Phase {
        case dialing(Dialing)
        case exchangingKeys
        case authenticating(Authentication)
        case open
        case over(any Error)
    }

    let endpoint: Endpoint
    let destination: Destination
    var deadline: ContinuousClock.Instant?
    /// The server has said that it forwards no connection.
    var forwardsNothing = false
    private let handle: SessionHandle
    private let hostKeyCheck: HostKeyCheck
    private let attempts: [Authentication.Attempt]
    private let loggedIn: CheckedContinuation<Void, any Error>
    private var hasAnswered = false
    private var phase: Phase
    private var proxy: ChildProcess?
    private(set) var users: [any SessionUser] = []
    private var keepalive = Keepalive()

    init(_ prepared: PreparedSession, addresses: [SocketAddress], loggedIn: CheckedContinuation<Void, any Error>) {
        endpoint = prepared.endpoint
        destination = prepared.destination
        deadline = prepared.deadline
        handle = prepared.handle
        hostKeyCheck = HostKeyCheck(endpoint: prepared.endpoint, accepted: prepared.acceptedKey)
        attempts = Authentication.attempts(
            for: prepared.endpoint, identities: prepared.identities, directory: prepared.directory)
        self.loggedIn = loggedIn
        phase = .dialing(Dialing(addresses))
    }

    var isOver: Bool { if case .over = phase { true } else { false } }

    /// Why the session is of no use; nil while it is.
    var failure: (any Error)? { if case .over(let error) = phase { error } else { nil } }

    var interest: pollfd? {
        switch phase {
        case .over: return nil
        case .dialing(let dialing):
            guard dialing.descriptor >= 0 else { return nil }
            return pollfd(fd: dialing.descriptor, events: Int16(POLLOUT), revents: 0)
        case .exchangingKeys, .authenticating, .open:
            guard let interest = handle.interest else { return nil }
            // POLLIN is always wanted; libssh says when POLLOUT is.
            let events = interest.events & SSH_WRITE_PENDING != 0 ? POLLIN | POLLOUT : POLLIN
            return pollfd(fd: interest.descriptor, events: Int16(events), revents: 0)
        }
    }

    /// Starts the program that stands for a connection.
    func startProxy(_ command: String) {
        do {
            let child = try ChildProcess(["sh", "-c", "exec \(command)"], duplex: true)
            child.input.setNonBlocking()
            child.errors.setNonBlocking()
            proxy = child
            try handle.set(SSH_OPTIONS_FD, fcntl(child.input.number, F_DUPFD_CLOEXEC, 3))
            phase = .exchangingKeys
        } catch {
            end(unreachable("cannot start \(command): \(error)"))
        }
    }

    /// Goes as far as it can without waiting.
    func advance() {
        do throws(TransportError) {
            while try step() {}
        } catch {
            end(error)
        }
    }

    /// False when it has to wait.
    private func step() throws(TransportError) -> Bool {
        switch phase {
        case .over: return false
        case .dialing(var dialing):
            let outcome = dialing.advance()
            phase = .dialing(dialing)
            return try dialled(outcome)
        case .exchangingKeys: return try exchangeKeys()
        case .authenticating(let authentication):
            guard try authentication.advance(on: handle) else { return false }
            open()
            return true
        case .open:
            do {
                try handle.pump()
                while try advanceUsers() {}
            } catch {
                throw .lost(host: endpoint.name, reason: error.message)
            }
            return false
        }
    }

    private func dialled(_ outcome: Dialing.Outcome) throws(TransportError) -> Bool {
        switch outcome {
        case .waiting: return false
        case .failed(let reason): throw unreachable(reason)
        case .connected(let descriptor):
            do throws(LibSSHError) { try handle.set(SSH_OPTIONS_FD, descriptor) } catch {
                close(descriptor)
                throw unreachable(error.message)
            }
            phase = .exchangingKeys
            return true
        }
    }

    private func exchangeKeys() throws(TransportError) -> Bool {
        switch ssh_connect(handle.pointer) {
        case SSH_AGAIN: return false
        case SSH_OK:
            handle.keepFromBlocking()
            try hostKeyCheck.run(on: handle)
            if hostKeyCheck.accepted != nil {
                answer(nil)
                throw .lost(host: endpoint.name, reason: "closed")
            }
            phase = .authenticating(
                Authentication(host: endpoint.name, user: destination.user, attempts: attempts))
            return true
        default: throw unreachable(proxyMessage ?? handle.error)
        }
    }

    private func open() {
        phase = .open
        deadline = nil
        keepalive.spoken()
        answer(nil)
    }

    private func answer(_ error: (any Error)?) {
        guard !hasAnswered else { return }
        hasAnswered = true
        if let error { loggedIn.resume(throwing: error) } else { loggedIn.resume() }
    }

    private func advanceUsers() throws(LibSSHError) -> Bool {
        var hasMoved = false
        for user in users where try user.advance() { hasMoved = true }
        users.removeAll(where: \.isOver)
        return hasMoved
    }

    /// Adds a user of a new channel.
    func add(_ make: (SessionHandle) throws(LibSSHError) -> any SessionUser) throws {
        if let failure { throw failure }
        do throws(LibSSHError) {
            users.append(try make(handle))
        } catch {
            throw TransportError.lost(host: endpoint.name, reason: error.message)
        }
    }

    /// Something was heard from the server.
    func heard() { keepalive.spoken() }

    /// When something has to be done although nothing arrives.
    var nextAlarm: ContinuousClock.Instant? {
        switch phase {
        case .over: nil
        case .open: keepalive.due
        default: deadline
        }
    }

    func ring() {
        switch phase {
        case .over: return
        case .open:
            ssh_send_ignore(handle.pointer, "")
            keepalive.spoken()
            advance()
        case .dialing:
            end(TransportError.timedOut(host: endpoint.name, doing: "connecting to \(destination.description)"))
        case .exchangingKeys: end(TransportError.timedOut(host: endpoint.name, doing: "exchanging keys"))
        case .authenticating:
            end(TransportError.timedOut(host: endpoint.name, doing: "logging in as \(destination.user)"))
        }
    }

    /// Ends everything that waits for this session.
    func end(_ error: any Error) {
        if case .over = phase { return }
        if case .dialing(var dialing) = phase { dialing.cancel() }
        phase = .over(error)
        answer(error)
        for user in users { user.end(error) }
        users = []
        proxy = nil
    }

    private func unreachable(_ reason: String) -> TransportError {
        .unreachable(host: endpoint.name, address: destination.description, reason: reason)
    }

    /// What a proxy command complained about.
    private var proxyMessage: String? {
        guard let proxy else { return nil }
        var bytes = [UInt8](repeating: 0, count: 4096)
        var polled = pollfd(fd: proxy.errors.number, events: Int16(POLLIN), revents: 0)
        guard poll(&polled, 1, 200) > 0 else { return nil }
        let count = read(proxy.errors.number, &bytes, bytes.count)
        guard count > 0 else { return nil }
        let lines = String(decoding: bytes[..<count], as: UTF8.self).split(whereSeparator: \.isNewline)
        return lines.isEmpty ? nil : lines.suffix(3).joined(separator: "; ")
    }
}
