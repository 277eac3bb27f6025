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

    @Test(arguments: ["99999999999999999999h", "9223372036854775807", "8761h", String(repeating: "9", count: 400)])
    func aTimeThatIsTooLongIsRefusedByItsName(_ text: String) throws {
        let parsers: [(String, (String) throws -> Void)] = [
            ("--bake", { _ = try PaceFlags.parse(["--bake", $0]) }),
            ("--lock-wait", { _ = try LockFlags.parse(["--lock-wait", $0]) }),
            ("--within", { _ = try FailoverDb.parse(["--within", $0]) }),
            ("--within", { _ = try FailoverRedis.parse(["--within", $0]) }),
        ]
        for (option, parse) in parsers {
            let error = try #require(throws: (any Error).self) { try parse(text) }
            let message = PaceFlags.message(for: error)
            #expect(message.contains("'\(text)' is too long") && message.contains(option), "\(message)")
        }
        #expect(try TimeSpan("8760h").duration == .seconds(31_536_000))
    }

    @Test func soIsASecondsNumber() throws {
        let error = try #require(throws: (any Error).self) {
            try ConnectionFlags.parse(["--timeout", "9223372036854775807"])
        }
        #expect(ConnectionFlags.message(for: error).contains("--timeout: '9223372036854775807' is too long"))
        #expect(try ConnectionFlags.parse(["--timeout", "3"]).timeout == 3)
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
