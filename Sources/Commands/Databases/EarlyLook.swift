/// A look at servers of which one may be dead. Once all others have answered, the last is waited for a moment and no
/// longer, for one whose host is gone answers never: whether it is dead is found out later, and not by this.
struct EarlyLook<Topology: Sendable>: Sendable {
    /// How long the last one is waited for after the others.
    var patience: Duration = .milliseconds(500)
    /// The whole look.
    var whole: @Sendable () async throws -> Topology
    /// What is seen so far, where that is enough to go on with.
    var enough: @Sendable () -> Topology?

    /// Does the work with what is seen; the rest of the look goes on beside it.
    func use<Result>(_ work: (Topology) async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Topology.self) { group in
            group.addTask { try await whole() }
            group.addTask { try await soon() }
            defer { group.cancelAll() }
            guard let topology = try await group.next() else { throw CancellationError() }
            return try await work(topology)
        }
    }

    private func soon() async throws -> Topology {
        var since: ContinuousClock.Instant?
        while true {
            if let topology = enough() {
                let first = since ?? .now
                since = first
                if ContinuousClock.now - first >= patience { return topology }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
