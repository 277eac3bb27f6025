import Testing

@testable import Commands

@Suite struct MisspeltCommandTests {
    private func hint(_ words: String...) -> String? { MisspeltCommand(words, below: Intchainctl.self)?.hint }

    @Test func aMisspeltCommandIsNamedWithTheRightOne() {
        #expect(hint("aply", "site.yml") == "there is no command 'aply'\n  did you mean 'apply'?")
        #expect(hint("lab", "stats") == "there is no command 'stats'\n  did you mean 'status'?")
    }

    @Test func whatIsRightOrLikeNothingIsLeftToTheParser() {
        #expect(hint("apply", "aply") == nil)
        #expect(hint("--version") == nil)
        #expect(hint("help", "aply") == nil)
        #expect(hint("xyzzy") == nil)
    }
}
