/// Wakes a loop that sleeps between two turns; rings that come while it is busy count as one.
struct Bell: Sendable {
    /// For one consumer.
    let rings: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (rings, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func ring() {
        continuation.yield()
    }
}
