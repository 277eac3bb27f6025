/// Asks again and again until the answer is yes or the time is over.
/// - Returns: how long it took; nil when it never became so.
func eventually(
    within limit: Duration, every pause: Duration = .milliseconds(100), _ condition: () async throws -> Bool
) async throws -> Duration? {
    let clock = ContinuousClock()
    let start = clock.now
    repeat {
        // What fails while a server comes up is what is waited for.
        if (try? await condition()) == true { return clock.now - start }
        try await Task.sleep(for: pause)
    } while clock.now - start < limit
    return nil
}
