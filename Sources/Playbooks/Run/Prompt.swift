/// The person at the terminal, for questions of yes or no.
package protocol Prompt: Sendable {
    /// - Parameter resting: waits for a moment, and throws when the run is asked to end.
    /// - Throws: what `resting` throws.
    func ask(_ question: String, resting: (Duration) async throws -> Void) async throws -> Bool
}
