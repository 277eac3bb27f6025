import Digests
import Foundation
import Remote
import Testing

@testable import Rollouts

/// What a host says of files and the digests that they should have, whichever program it has for that.
@Suite struct FileDigestsTests {
    /// Whether there is much to compare, for which openssl is asked first.
    private static let amounts = ["", "1"]

    /// How a host comes to have no openssl, or one of no use.
    enum Openssl: String, CaseIterable {
        case there = ""
        case missing = "command() { false; }"
        case broken = #"bin=$(mktemp -d); trap 'rm -rf "$bin"' 0; ln -s /bin/false "$bin/openssl"; PATH=$bin:$PATH"#
    }

    private static let names = ["a", "-r", "b  two c ", "sub/x: FAILED y", "it's \"q\" $(id) *", "ünïcode", "*", "-"]

    @Test(arguments: Openssl.allCases, amounts)
    func findsWhatDiffersAndWhatIsNotThere(_ openssl: Openssl, much: String) async throws {
        let folder = try ReleaseSite()
        var list = ""
        for name in Self.names + ["changed", "gone", "changed: OK", "x: FAILED y"] {
            try folder.write(name, name)
            list += "\(SHA256.hex(name.utf8))  \(name)\n"
        }
        for name in ["changed", "changed: OK", "x: FAILED y"] { try folder.write(name, "else") }
        try FileManager.default.removeItem(at: folder.source.appendingPathComponent("gone"))
        let script: Shell = """
            \(Shell(verbatim: openssl.rawValue))
            \(FileDigests.differing)
            much=\(much); differing "$in1" \(folder.source.path)
            """
        let reply = try #require(try await LocalHost().run([.reads(script, inputs: [Array(list.utf8)])]).first)
        let lines = reply.output.split(separator: "\n").map(String.init)
        #expect(lines.sorted() == ["changed", "changed: OK", "gone", "x: FAILED y"], "\(reply.errors)")
    }

    /// A lone dash is to sha256sum its own input.
    @Test(arguments: Openssl.allCases, amounts)
    func aFileWhoseNameIsADashIsComparedToo(_ openssl: Openssl, much: String) async throws {
        let folder = try ReleaseSite()
        try folder.write("-", "else")
        let script: Shell = """
            \(Shell(verbatim: openssl.rawValue))
            \(FileDigests.differing)
            much=\(much); differing "$in1" \(folder.source.path)
            """
        let list = "\(SHA256.hex("-".utf8))  -\n"
        let reply = try #require(try await LocalHost().run([.reads(script, inputs: [Array(list.utf8)])]).first)
        #expect(reply.output == "-\n")
    }

    @Test(arguments: [Openssl.there, .missing]) func tellsTheDigestOfAFile(_ openssl: Openssl) async throws {
        let script: Shell = "\(Shell(verbatim: openssl.rawValue))\n\(FileDigests.digest)\ndigest \"$in1\""
        let reply = try #require(try await LocalHost().run([.reads(script, inputs: [[1, 2, 3]])]).first)
        #expect(reply.output == SHA256.hex([1, 2, 3]) + "\n")
    }

    @Test func anEmptyListDiffersInNothing() async throws {
        let script: Shell = "\(FileDigests.differing)\nmuch=1; differing \"$in1\" /"
        let reply = try #require(try await LocalHost().run([.reads(script, inputs: [[]])]).first)
        #expect(reply.output.isEmpty)
    }
}
