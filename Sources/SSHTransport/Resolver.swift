import BlockingIO
import Glibc

/// Looks a host name up. The system's resolver blocks, so each look-up has an executor of its own.
actor Resolver {
    private let executor = BlockingExecutor(label: "resolver")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    struct Failure: Error {
        let reason: String
    }

    /// The addresses of a name; a numeric address is answered at once and on the caller's thread.
    static func addresses(of name: String, port: Int) async throws(Failure) -> [SocketAddress] {
        if let numeric = try? lookUp(name, port: port, flags: AI_NUMERICHOST) { return numeric }
        return try await Resolver().addresses(of: name, port: port)
    }

    private func addresses(of name: String, port: Int) throws(Failure) -> [SocketAddress] {
        try Self.lookUp(name, port: port, flags: 0)
    }

    private static func lookUp(_ name: String, port: Int, flags: Int32) throws(Failure) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = flags | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, String(port), &hints, &found)
        guard code == 0 else { throw Failure(reason: String(cString: gai_strerror(code)).lowercased()) }
        defer { freeaddrinfo(found) }
        var addresses: [SocketAddress] = []
        var next = found
        while let info = next?.pointee {
            addresses.append(SocketAddress(info))
            next = info.ai_next
        }
        return addresses
    }
}
