import Synchronization

/// Asks a run to end in good order: each host finishes the step it has begun, and nothing more is begun.
///
/// Cancelling the run's task is the harder way: then nobody waits for the steps under way, which hosts finish by
/// themselves.
package final class StopRequest: Sendable {
    private struct State {
        var isRequested = false
        var runs: [Int: AsyncStream<Void>.Continuation] = [:]
        var newest = 0
        var whenDone: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    package init() {}

    package var isRequested: Bool { state.withLock(\.isRequested) }

    /// - Parameter whenDone: called once no run is under way any more: at once when there is none.
    /// - Returns: whether a run is under way that ends in good order.
    @discardableResult
    package func request(whenDone: @escaping @Sendable () -> Void = {}) -> Bool {
        let runs = state.withLock { state in
            state.isRequested = true
            state.whenDone = whenDone
            return Array(state.runs.values)
        }
        for run in runs { run.yield() }
        if runs.isEmpty { whenDone() }
        return !runs.isEmpty
    }

    /// A run begins that heeds requests.
    /// - Returns: its number, and what tells it of a request.
    func enter() -> (run: Int, requests: AsyncStream<Void>) {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let number = state.withLock { state in
            state.newest += 1
            state.runs[state.newest] = continuation
            return state.newest
        }
        return (number, stream)
    }

    func leave(_ run: Int) {
        let done = state.withLock { state in
            state.runs.removeValue(forKey: run)?.finish()
            return state.isRequested && state.runs.isEmpty ? state.whenDone : nil
        }
        done?()
    }

    /// - Throws: `CancellationError` when nothing more may be begun.
    func check() throws {
        if isRequested || Task.isCancelled { throw CancellationError() }
    }

    /// Waits, but not past a request.
    /// - Throws: `CancellationError`.
    func sleep(for duration: Duration) async throws {
        let end = ContinuousClock.now + duration
        while true {
            try check()
            let left = end - ContinuousClock.now
            guard left > .zero else { return }
            try await Task.sleep(for: min(left, .milliseconds(100)))
        }
    }
}
