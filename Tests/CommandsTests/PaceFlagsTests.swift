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

    @Test func onlyAPlainYesIsOne() {
        for yes in ["y", "Yes", " YES "] { #expect(TerminalPrompt.isYes(Array(yes.utf8))) }
        for no in ["", "n", "yess", "ja", "\u{3}"] { #expect(!TerminalPrompt.isYes(Array(no.utf8))) }
    }

    @Test func aPauseWithoutATerminalIsRefused() {
        let failure = #expect(throws: CommandFailure.self) { try PaceFlags.checkTerminal(nil) }
        #expect(failure?.status == .usage)
    }
}
