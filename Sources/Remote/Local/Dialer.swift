import BlockingIO
import Glibc

/// Connects TCP sockets; looking up a name and connecting block, so it has an executor of its own.
actor Dialer {
    private let executor = BlockingExecutor(label: "dialer")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func connect(host: String, to address: String, port: Int) throws(TransportError) -> TunnelSocket {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(address, String(port), &hints, &found)
        defer { if let found { freeaddrinfo(found) } }
        var reason = code == 0 ? "no address" : String(cString: gai_strerror(code))
        var next = found
        while let candidate = next?.pointee {
            switch open(candidate) {
            case .success(let socket): return socket
            case .failure(let error): reason = error.description
            }
            next = candidate.ai_next
        }
        throw .unreachable(host: host, address: "\(address):\(port)", reason: reason)
    }

    private func open(_ candidate: addrinfo) -> Result<TunnelSocket, SystemError> {
        let number = socket(candidate.ai_family, candidate.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { return .failure(SystemError()) }
        let socket = TunnelSocket(fileDescriptor: number) { Glibc.close($0) }
        guard Glibc.connect(number, candidate.ai_addr, candidate.ai_addrlen) == 0 else {
            return .failure(SystemError())
        }
        return .success(socket)
    }
}
