import BlockingIO
import Remote

/// Tunnels through a session.
extension SessionLoop {
    /// A server that forwards nothing is asked once; then a shell on it connects.
    func tunnel(of session: Int, to address: String, port: Int) async throws -> TunnelSocket {
        if sessions[session]?.forwardsNothing != true {
            do { return try await tunnel(of: session, to: address, port: port, by: nil) } catch is ForwardingProhibited
            {
                sessions[session]?.forwardsNothing = true
            }
        }
        let host = sessions[session]?.endpoint.name ?? "host"
        guard let bridge = ShellBridge(to: address, port: port) else {
            throw TransportError.unreachable(
                host: host, address: "\(address):\(port)",
                reason: "its sshd forbids TCP forwarding, and that is no address for a shell")
        }
        while let users = sessions[session]?.users,
            users.count(where: { ($0 as? TunnelChannel)?.isBridge == true }) >= ShellBridge.most
        { try await Task.sleep(for: .milliseconds(20)) }
        return try await tunnel(of: session, to: address, port: port, by: bridge)
    }

    private func tunnel(
        of session: Int, to address: String, port: Int, by bridge: ShellBridge?
    ) async throws -> TunnelSocket {
        let id = newID()
        defer { tunnels[id] = nil }
        return try await withTaskCancellationHandler {
            try Task.checkCancellation()
            return try await withCheckedThrowingContinuation { continuation in
                do {
                    try open(id, of: session, to: address, port: port, by: bridge, continuation)
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            executor.call { self.assumeIsolated { $0.tunnels[id]?.end(CancellationError()) } }
        }
    }

    private func open(
        _ id: Int, of session: Int, to address: String, port: Int, by bridge: ShellBridge?,
        _ continuation: CheckedContinuation<TunnelSocket, any Error>
    ) throws {
        guard let owner = sessions[session] else { throw lost(session) }
        try owner.add { handle throws(LibSSHError) in
            let tunnel = try TunnelChannel(
                on: handle, host: owner.endpoint.name, address: address, port: port, bridge: bridge)
            tunnels[id] = tunnel
            return tunnel
        }
        tunnels[id]?.start(continuation)
        owner.advance()
    }
}
