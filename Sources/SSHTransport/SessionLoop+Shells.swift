import BlockingIO
import Remote

/// The shells of a session: one an account, and its companion.
extension SessionLoop {
    /// The account's shell, started when there is none: its number and its greeting's replies.
    func shell(
        of session: Int, as account: Become?, isCompanion: Bool = false, greeting: [Fragment],
        note: @escaping @Sendable (String) -> Void
    ) async throws -> (id: Int, greeting: [Reply]) {
        let id = try shellID(of: session, as: account, isCompanion: isCompanion, greeting: greeting, note: note)
        let request = newID()
        let replies: [Reply] = try await withTaskCancellationHandler {
            try Task.checkCancellation()
            return try await withCheckedThrowingContinuation { continuation in
                guard let shell = shells[id] else { return continuation.resume(throwing: lost(session)) }
                shell.start(request, continuation)
                sessions[session]?.advance()
            }
        } onCancel: {
            cancel(request, shell: id, session: session)
        }
        return (id, replies)
    }

    private func shellID(
        of session: Int, as account: Become?, isCompanion: Bool, greeting: [Fragment],
        note: @escaping @Sendable (String) -> Void
    ) throws -> Int {
        // The login user needs no sudo to be himself.
        let account = account?.user == sessions[session]?.destination.user ? nil : account
        let key = AccountKey(session: session, user: account?.user, isCompanion: isCompanion)
        if let known = accounts[key], let shell = shells[known], !shell.isOver { return known }
        guard let owner = sessions[session] else { throw lost(session) }
        let id = newID()
        try owner.add { handle throws(LibSSHError) in
            let shell = try ShellChannel(
                on: handle, host: owner.endpoint.name, account: account, greeting: greeting, note: note)
            shells[id] = shell
            return shell
        }
        if let ended = accounts.updateValue(id, forKey: key) { shells[ended] = nil }
        return id
    }

    func run(
        _ fragments: [Fragment], shell id: Int, session: Int,
        hearing: @escaping @Sendable (StreamedOutput) -> Void
    ) async throws -> [Reply] {
        let request = newID()
        return try await withTaskCancellationHandler {
            try Task.checkCancellation()
            return try await withCheckedThrowingContinuation { continuation in
                guard let shell = shells[id] else { return continuation.resume(throwing: lost(session)) }
                shell.run(request, fragments, continuation, hearing)
                sessions[session]?.advance()
            }
        } onCancel: {
            cancel(request, shell: id, session: session)
        }
    }

    /// Runs a fragment that is fed by calls of `feed` with the same request.
    func run(_ fragment: Fragment, fedAs request: Int, shell id: Int, session: Int) async throws -> Reply {
        let replies: [Reply] = try await withTaskCancellationHandler {
            try Task.checkCancellation()
            return try await withCheckedThrowingContinuation { continuation in
                guard let shell = shells[id] else { return continuation.resume(throwing: lost(session)) }
                shell.run(request, fed: fragment, continuation)
                sessions[session]?.advance()
            }
        } onCancel: {
            cancel(request, shell: id, session: session)
        }
        return replies.first ?? Reply(status: 1)
    }

    /// Sends a frame; returns when there is room for another one.
    func feed(_ bytes: [UInt8], to request: Int, shell id: Int, session: Int) async throws {
        try await withTaskCancellationHandler {
            try Task.checkCancellation()
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                guard let shell = shells[id] else { return continuation.resume(throwing: lost(session)) }
                shell.feed(request, bytes, continuation)
                sessions[session]?.advance()
            }
        } onCancel: {
            cancel(request, shell: id, session: session)
        }
    }

    private nonisolated func cancel(_ request: Int, shell: Int, session: Int) {
        executor.call {
            self.assumeIsolated {
                $0.shells[shell]?.cancel(request)
                $0.sessions[session]?.advance()
            }
        }
    }
}
