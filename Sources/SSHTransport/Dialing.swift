import Glibc

/// Connects a TCP socket to the first of several addresses that answers, without blocking.
struct Dialing {
    private var addresses: ArraySlice<SocketAddress>
    private(set) var descriptor: Int32 = -1
    private var reason = "no address"

    init(_ addresses: [SocketAddress]) {
        self.addresses = addresses[...]
    }

    enum Outcome {
        case waiting
        /// The descriptor is the caller's to close.
        case connected(Int32)
        case failed(String)
    }

    /// Goes on after the descriptor has become writable, or begins.
    mutating func advance() -> Outcome {
        if descriptor >= 0 {
            switch Self.result(of: descriptor) {
            case EINPROGRESS, EALREADY: return .waiting
            case 0: return take()
            case let code: give(up: code)
            }
        }
        while let address = addresses.popFirst() {
            switch begin(address) {
            case 0: return take()
            case EINPROGRESS: return .waiting
            case let code: give(up: code)
            }
        }
        return .failed(reason)
    }

    mutating func cancel() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        addresses = []
    }

    private mutating func take() -> Outcome {
        defer { descriptor = -1 }
        Self.tune(descriptor)
        return .connected(descriptor)
    }

    private mutating func give(up code: Int32) {
        reason = String(cString: strerror(code)).lowercased()
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    private mutating func begin(_ address: SocketAddress) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { return errno }
        return address.withPointer { connect(descriptor, $0, $1) == 0 ? 0 : errno } ?? EINVAL
    }

    private static func result(of descriptor: Int32) -> Int32 {
        var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&polled, 1, 0) > 0 else { return EINPROGRESS }
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 ? code : errno
    }

    /// Small frames go at once; a peer that is gone is noticed by the kernel.
    private static func tune(_ descriptor: Int32) {
        for (level, option, value) in [
            (Int32(IPPROTO_TCP), TCP_NODELAY, Int32(1)), (SOL_SOCKET, SO_KEEPALIVE, 1),
            (Int32(IPPROTO_TCP), TCP_KEEPIDLE, 15), (Int32(IPPROTO_TCP), TCP_KEEPINTVL, 5),
            (Int32(IPPROTO_TCP), TCP_KEEPCNT, 4), (Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, 30_000),
        ] {
            var value = value
            setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
        }
    }
}

/// An IPv4 or IPv6 address with its port.
struct SocketAddress: Hashable, Sendable {
    let family: Int32
    private let bytes: [UInt8]

    init(_ info: addrinfo) {
        family = info.ai_family
        bytes = Array(UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen)))
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result? {
        bytes.withUnsafeBytes { raw in
            raw.assumingMemoryBound(to: sockaddr.self).baseAddress.map { body($0, socklen_t(raw.count)) }
        }
    }
}
