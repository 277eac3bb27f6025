import Remote

extension HostSession {
    /// Takes the lock beside whatever is under way on the host.
    /// - Returns: why not, if not; and what was seen before.
    func takeLock(_ lock: SiteLock, as account: Become?) async throws -> (verdict: LockVerdict?, before: LockSighting) {
        let looks: [Fragment] = [.reads(lock.file.look), .reads(lock.header(takes: true, seen: nil))]
        // A look under way is over, and a first shell is there, as soon as a second shell would be.
        let replies =
            changing > 0 ? try await aside(looks, as: account) : try await shell(as: account).run(looks)
        guard replies.count == 2 else {
            throw TransportError.lost(host: host, reason: "the site's lock got \(replies.count) answers instead of 2")
        }
        let before = LockSighting(parsing: replies[0].stdout)
        guard !replies[1].succeeded else { return (nil, before) }
        return (LockVerdict(replies[1]) ?? LockVerdict(.broken), before)
    }

    /// Runs what can't wait for what is under way; in the account's own shell when that is idle.
    @discardableResult
    func aside(_ fragments: [Fragment], as account: Become?) async throws -> [Reply] {
        let isIdle = looking + changing == 0
        if isIdle, let shell = shells[account], let replies = try? await shell.run(fragments) { return replies }
        return try await connection().companion(as: account).run(fragments)
    }
}
