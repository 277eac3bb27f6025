import CLibCurl
import Glibc
import Health
import Remote

/// A local address that curl can connect to, and the copying between that connection and a tunnel.
///
/// curl has an option for sockets that are connected already, but 7.88 (Debian 12's) connects them all the same, and a
/// connected socket pair refuses that; so curl gets a real connection to an abstract Unix address of this process.
final class Relay: Sendable {
    private let listener: Int32
    private let tunnel: TunnelSocket
    private let finished = Cancellation()
    /// The listener's address: a family and at most six bytes of name, as the kernel chose it.
    private let address: [UInt8]

    init(to tunnel: TunnelSocket, url: String) throws(HTTPError) {
        self.tunnel = tunnel
        listener = curlprobe_listen()
        address = Self.name(of: listener)
        guard listener >= 0, address.count > MemoryLayout<sa_family_t>.size else {
            if listener >= 0 { close(listener) }
            throw HTTPError(url: url, reason: "no local socket: \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(listener) }

    /// A new socket, and the address it has to be connected to.
    func open(_ target: UnsafeMutablePointer<curl_sockaddr>) -> Int32 {
        target.pointee.family = AF_UNIX
        target.pointee.protocol = 0
        target.pointee.addrlen = UInt32(address.count)
        withUnsafeMutableBytes(of: &target.pointee.addr) { $0.copyBytes(from: address) }
        return curlprobe_socket()
    }

    /// Ends `run`, once curl is done.
    func finish() { finished.cancel() }

    /// Copies both ways until curl hangs up or `finish` is called. Blocks.
    func run() {
        guard let client = accept() else { return }
        defer { close(client) }
        var ends = [Self.readable(client), Self.readable(tunnel.fileDescriptor)]
        while !finished.isCancelled {
            guard poll(&ends, nfds_t(ends.count), 100) >= 0 || errno == EINTR else { return }
            if ends[0].revents != 0, !Self.copy(from: client, to: tunnel.fileDescriptor) { return }
            if ends[1].revents != 0, !Self.copy(from: tunnel.fileDescriptor, to: client) {
                shutdown(client, Int32(SHUT_WR))
                ends[1].fd = -1
                ends[1].revents = 0
            }
        }
    }

    /// curl's connection; one of another process is turned away.
    private func accept() -> Int32? {
        var ends = [Self.readable(listener)]
        while !finished.isCancelled {
            guard poll(&ends, 1, 100) > 0 else { continue }
            let client = Glibc.accept(listener, nil, nil)
            if client >= 0, curlprobe_is_own(client) != 0 { return client }
            if client >= 0 { close(client) }
        }
        return nil
    }

    private static func readable(_ descriptor: Int32) -> pollfd {
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    }

    /// False at the end of the stream, or when nobody takes it any more.
    private static func copy(from source: Int32, to target: Int32) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16384)
        let count = recv(source, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
        return buffer[..<count].withUnsafeBytes { send($0, to: target) }
    }

    private static func send(_ bytes: UnsafeRawBufferPointer, to target: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = Glibc.send(target, rest.base.baseAddress?.advanced(by: rest.startIndex), rest.count, noSignal)
            if sent > 0 {
                rest = rest.dropFirst(sent)
            } else if errno == EAGAIN {
                var ends = [pollfd(fd: target, events: Int16(POLLOUT), revents: 0)]
                poll(&ends, 1, 1000)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    private static let noSignal = Int32(MSG_NOSIGNAL)

    private static func name(of listener: Int32) -> [UInt8] {
        var storage = sockaddr()
        var length = socklen_t(MemoryLayout<sockaddr>.size)
        guard getsockname(listener, &storage, &length) == 0, length <= MemoryLayout<sockaddr>.size else { return [] }
        return withUnsafeBytes(of: &storage) { Array($0.prefix(Int(length))) }
    }
}
