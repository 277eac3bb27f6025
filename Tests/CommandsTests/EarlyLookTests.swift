import Synchronization
import Testing

@testable import Commands

@Suite struct EarlyLookTests {
    /// The last server would answer after ten minutes: nobody waits for that once the others have.
    @Test func goesOnWithoutTheLastServer() async throws {
        let begun = ContinuousClock.now
        let look = EarlyLook(
            patience: .milliseconds(50),
            whole: {
                try await Task.sleep(for: .seconds(600))
                return "all"
            }, enough: { ContinuousClock.now - begun > .milliseconds(100) ? "all but one" : nil })
        #expect(await (try? look.use { $0 }) == "all but one")
        #expect(ContinuousClock.now - begun > .milliseconds(150), "it was not waited for at all")
        #expect(ContinuousClock.now - begun < .seconds(300))
    }

    @Test func takesTheWholeLookWhenItIsThere() async throws {
        let look = EarlyLook(patience: .seconds(60), whole: { "all" }, enough: { "all but one" })
        #expect(try await look.use { $0 } == "all")
    }

    /// What ends the look ends the command; the work is not begun.
    @Test func failsAsTheLookDoes() async throws {
        let look = EarlyLook<String>(whole: { throw Refusal() }, enough: { nil })
        await #expect(throws: Refusal.self) { try await look.use { _ in Issue.record("begun") } }
    }

    private struct Refusal: Error {}
}
