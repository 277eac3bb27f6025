import Testing

@testable import Commands

@Suite struct MisplacedVersionTests {
    @Test func behindACommandItIsRefusedSinceAReleasesMayBeMeant() throws {
        let hint = try #require(MisplacedVersion(["deploy", "dist", "--version", "1.2"])?.hint)
        #expect(hint.hasPrefix("'deploy' takes no --version: nothing was done\n"))
        #expect(hint.hasSuffix("or is given to 'release pack --release-version'"))
    }

    @Test func aloneItTellsTheToolsOwn() {
        #expect(MisplacedVersion(["--version"]) == nil)
    }
}
