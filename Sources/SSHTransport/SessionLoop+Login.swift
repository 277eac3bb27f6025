import BlockingIO
import Remote

/// Logging in.
extension SessionLoop {
    /// Logs in; the session's number.
    ///
    /// - Parameter acceptedKey: only records the host key of this fingerprint.
    func connect(to endpoint: Endpoint, acceptedKey: String?) async throws -> Int {
        let prepared = try prepare(endpoint, acceptedKey: acceptedKey)
        let addresses = try await addresses(of: prepared.destination, for: endpoint)
        let id = newID()
        defer { forgetEnded() }
        try await withTaskCancellationHandler {
            try Task.checkCancellation()
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let session = Session(prepared, addresses: addresses, loggedIn: continuation)
                sessions[id] = session
                if let command = prepared.destination.proxyCommand { session.startProxy(command) }
                session.advance()
            }
        } onCancel: {
            executor.call { self.assumeIsolated { $0.close(id, CancellationError()) } }
        }
        return id
    }

    private func prepare(_ endpoint: Endpoint, acceptedKey: String?) throws(TransportError) -> PreparedSession {
        do throws(LibSSHError) {
            let handle = try SessionHandle()
            let destination = try handle.configure(for: endpoint, directory: directory)
            return PreparedSession(
                endpoint: endpoint, destination: destination, handle: handle, acceptedKey: acceptedKey,
                identities: identityFiles.identities(for: endpoint.address, destination: destination),
                directory: directory ?? "\(KeyFile.home)/.ssh", deadline: .now + endpoint.connectTimeout)
        } catch {
            throw .unreachable(host: endpoint.name, address: endpoint.address, reason: error.message)
        }
    }

    func readIdentityFiles() -> IdentityFiles {
        let folder = directory ?? "\(KeyFile.home)/.ssh"
        return IdentityFiles(["\(folder)/config", "/etc/ssh/ssh_config"], directory: folder)
    }

    private nonisolated func addresses(
        of destination: Destination, for endpoint: Endpoint
    ) async throws(TransportError) -> [SocketAddress] {
        guard destination.proxyCommand == nil else { return [] }
        do throws(Resolver.Failure) {
            return try await Resolver.addresses(of: destination.address, port: destination.port)
        } catch {
            throw .unreachable(host: endpoint.name, address: destination.description, reason: error.reason)
        }
    }
}
