import Glibc
import Remote

/// The server forwards no connection, or none to this address.
struct ForwardingProhibited: Error {}

/// Carries bytes between a local socket and an address that the host connects to. Used on its loop's thread only.
final class TunnelChannel: SessionUser, Channel.User {
    private static let limit = 1 << 18

    private let host: String
    private let address: String
    private let port: Int
    private let channel: Channel
    /// Where the server forwards nothing.
    private let bridge: ShellBridge?
    private let near: Descriptor
    private var far: Descriptor?
    private var opening: CheckedContinuation<TunnelSocket, any Error>?
    private var toHost = SendQueue()
    private var toSocket: ArraySlice<UInt8> = []
    private var socketHasEnded = false
    private var endIsPassedOn = false
    private(set) var isOver = false
    var isBridge: Bool { bridge != nil }

    /// - Parameter bridge: the way where the server forwards nothing; nil asks it to.
    init(
        on session: SessionHandle, host: String, address: String, port: Int, bridge: ShellBridge?
    ) throws(LibSSHError) {
        self.bridge = bridge
        self.host = host
        self.address = address
        self.port = port
        channel = try Channel(session)
        guard let (near, far) = try? Descriptor.socketPair() else {
            throw LibSSHError(message: "cannot make a socket: \(SystemError())")
        }
        near.setNonBlocking()
        self.near = near
        self.far = far
        channel.user = self
    }

    /// Opens the tunnel and hands over the local end.
    func start(_ opening: CheckedContinuation<TunnelSocket, any Error>) {
        self.opening = opening
    }

    var interest: pollfd? {
        guard opening == nil, !isOver else { return nil }
        var events: Int32 = 0
        if toHost.isEmpty, !socketHasEnded, channel.isWritable { events |= POLLIN }
        if !toSocket.isEmpty { events |= POLLOUT }
        return events == 0 ? nil : pollfd(fd: near.number, events: Int16(events), revents: 0)
    }

    func receive(_ bytes: UnsafeRawBufferPointer, isError: Bool) -> Int {
        if let bridge, !bridge.isOpen {
            bridge.receive(bytes, isError: isError)
            return bytes.count
        }
        guard !isError, !isOver else { return bytes.count }
        let count = min(bytes.count, max(0, Self.limit - toSocket.count))
        toSocket += bytes[..<count]
        return count
    }

    func advance() throws(LibSSHError) -> Bool {
        if isOver { return false }
        if opening != nil { return open() }
        var hasMoved = try pullFromSocket()
        if try toHost.send(on: channel) { hasMoved = true }
        if pushToSocket() { hasMoved = true }
        let heldBack = try channel.readHeldBack(upTo: Self.limit - toSocket.count)
        if !heldBack.isEmpty {
            toSocket += heldBack
            hasMoved = true
        }
        passEndsOn()
        return hasMoved
    }

    /// That an address can't be reached is the tunnel's failure, not the session's.
    private func open() -> Bool {
        do {
            guard try openChannel(), let far else { return false }
            let socket = TunnelSocket(fileDescriptor: fcntl(far.number, F_DUPFD_CLOEXEC, 3)) { close($0) }
            self.far = nil
            opening?.resume(returning: socket)
            opening = nil
        } catch  where error.isProhibition && bridge == nil {
            end(ForwardingProhibited())
        } catch {
            end(TransportError.unreachable(host: host, address: "\(address):\(port)", reason: error.message))
        }
        return true
    }

    private func openChannel() throws(LibSSHError) -> Bool {
        guard let bridge else { return try channel.open(to: address, port: port) }
        while try bridge.advance(on: channel) {}
        guard bridge.isOpen else { return false }
        toSocket += bridge.takeRest()
        return true
    }

    private func pullFromSocket() throws(LibSSHError) -> Bool {
        guard toHost.isEmpty, !socketHasEnded, channel.isWritable else { return false }
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 65536) { buffer, initialized in
            count = read(near.number, buffer.baseAddress, buffer.count)
            initialized = max(0, count)
        }
        if count > 0 {
            toHost.append(bytes)
            return true
        }
        if count < 0, errno == EAGAIN || errno == EINTR { return false }
        socketHasEnded = true
        channel.sendEnd()
        return true
    }

    private func pushToSocket() -> Bool {
        guard !toSocket.isEmpty else { return false }
        let count = toSocket.withUnsafeBytes { send(near.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if count > 0 {
            toSocket = toSocket.count == count ? [] : toSocket.dropFirst(count)
            return true
        }
        if errno != EAGAIN, errno != EINTR { isOver = true }
        return false
    }

    private func passEndsOn() {
        guard channel.hasEnded, channel.heldBack == 0, toSocket.isEmpty else { return }
        if !endIsPassedOn { shutdown(near.number, Int32(SHUT_WR)) }
        endIsPassedOn = true
        if socketHasEnded || channel.isClosed { isOver = true }
    }

    func end(_ error: any Error) {
        isOver = true
        opening?.resume(throwing: error)
        opening = nil
        shutdown(near.number, Int32(SHUT_RDWR))
    }
}
