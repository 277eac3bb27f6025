import Synchronization

/// Whether a task has read a secret that is empty or too short to be found again in what is shown.
final class SecretReads: Sendable {
    private let isNoted = Atomic(false)

    /// What such a secret replaces can't be told from any other text.
    var hasShort: Bool { isNoted.load(ordering: .acquiring) }

    func note() { isNoted.store(true, ordering: .releasing) }
}
