import ArgumentParser
import Testing
import YAML

@testable import Commands
@testable import Playbooks

@Suite struct PaceFlagsTests {
    @Test func batchesAreNumbersAndShares() throws {
        #expect(try BatchList("2").value == [2])
        #expect(try BatchList("1, 50%,100%").value == [1, "50%", "100%"])
    }

    @Test(arguments: ["", "0", "0%", "1,", "one", "-1", "1;2", "1.5"])
    func whatIsNoBatchIsRefused(_ text: String) {
        #expect(throws: ValidationError.self) { try BatchList(text) }
    }

    /// Less than a second is no reason to watch nothing.
    @Test(arguments: [("500ms", 1), ("1.5s", 2), ("30s", 30), ("0", 0)])
    func aBakeIsWholeSecondsRoundedUp(text: String, seconds: Int) throws {
        #expect(try PaceFlags.parse(["--bake", text]).variables["bake_seconds"] == .int(seconds))
    }

    @Test func onlyAPlainYesIsOne() {
        for yes in ["y", "Yes", " YES "] { #expect(TerminalPrompt.isYes(Array(yes.utf8))) }
        for no in ["", "n", "yess", "ja", "\u{3}"] { #expect(!TerminalPrompt.isYes(Array(no.utf8))) }
    }

    @Test func aPauseWithoutATerminalIsRefused() {
        let failure = #expect(throws: CommandFailure.self) { try PaceFlags.checkTerminal(nil) }
        #expect(failure?.status == .usage)
    }
}
