import Modules
import Remote

/// `timeout:` of a task: for all that its module does on a host, as in Ansible; each attempt and each item has it anew.
struct TimeLimit: Sendable {
    private let limit: Duration?
    private let start = ContinuousClock().now

    init(_ limit: Duration?) { self.limit = limit }

    var isSet: Bool { limit != nil }

    /// What is left, at least a second, since the host counts in seconds; a fragment's own limit if that is shorter.
    func shortening(_ own: Duration?) -> Duration? {
        guard let limit else { return own }
        let left = max(.seconds(1), limit - (ContinuousClock().now - start))
        return own.map { min($0, left) } ?? left
    }

    /// Ends what works without the host's shell (requests, pauses) when the time is over. A fragment ends by its own
    /// limit, a little earlier: so the connection stays whole.
    /// - Throws: `ModuleFailure` then.
    func limiting(_ body: @escaping @Sendable () async throws -> Outcome) async throws -> Outcome {
        guard let limit else { return try await body() }
        return try await withThrowingTaskGroup(of: Outcome?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit + .seconds(3))
                return nil
            }
            defer { group.cancelAll() }
            guard let outcome = try await group.next() ?? nil else {
                throw ModuleFailure("timed out after \(limit.components.seconds) seconds (timeout)")
            }
            return outcome
        }
    }
}
