import Subprocess
import Testing

@testable import Remote

@Suite struct ShellTests {
    /// To Swift a quote with an accent combined is one character, and another than a quote; to a shell it is a quote.
    @Test(arguments: ["it's", "'\u{301}; echo more #", "a'\u{308}\u{301}'b", "\r\n'", "", "-n", "ünïcode"])
    func aQuotedWordIsOneWordToTheShell(_ word: String) async throws {
        let result = try await Subprocess.run(
            .name("sh"), arguments: ["-c", "printf '<%s>' \(Shell.quote(word))"], output: .bytes(limit: 4096),
            error: .discarded)
        #expect(result.standardOutput == Array("<\(word)>".utf8))
    }
}
