import Foundation
import Modules
import OrderedCollections
import Testing
import YAML

@testable import Rollouts

/// What becomes of a folder: names, modes, links, and what can't be read.
@Suite struct FolderScanTests {
    private let site: ReleaseSite

    init() throws {
        site = try ReleaseSite()
        try site.write("service", "one", executable: true)
    }

    private func refusal(_ path: String? = nil) async throws -> String {
        let error = await #expect(throws: RolloutError.self) { try await Release.read(path ?? site.source.path) }
        return error?.description ?? ""
    }

    private func setMode(_ mode: Int, of name: String) throws {
        try #require(chmod(site.source.appendingPathComponent(name).path, mode_t(mode)) == 0)
    }

    private func modes() async throws -> [String: Int] {
        let release = try await Release.read(site.source.path)
        return Dictionary(release.manifest.entries.map { ($0.path, $0.mode) }) { $1 }
    }

    @Test(arguments: ["Icon\r", "a\r\nb", "a\nb", "a\tb", "a\u{1b}[2Jb", "a\\b", "a\\\u{301}b", "a\u{7f}"])
    func refusesANameThatHostsWouldReadOtherwise(_ name: String) async throws {
        try site.write(name, "x")
        let sentence = try await refusal()
        #expect(sentence.hasSuffix(": a name must be UTF-8, without control characters and backslashes"), "\(sentence)")
        #expect(!sentence.unicodeScalars.contains { $0.value < 32 }, "told without its control characters")
    }

    @Test func refusesANameThatIsNotUTF8() async throws {
        let bytes: [CChar] = Array(site.source.path.utf8CString.dropLast()) + [47, 97, -1, 98, 0]
        try #require(mkdir(bytes, 0o755) == 0)
        let sentence = try await refusal()
        #expect(sentence.hasSuffix(": a name must be UTF-8, without control characters and backslashes"))
    }

    @Test func refusesNamesThatAreOneNameInAnotherEncoding() async throws {
        try site.write("caf\u{e9}", "composed")
        try site.write("cafe\u{301}", "decomposed")
        let sentence = try await refusal()
        #expect(sentence.contains("differ only in how their accents are encoded"))
    }

    @Test func takesALinkToAFolderForTheFolder() async throws {
        let link = site.source.deletingLastPathComponent().appendingPathComponent("latest").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "src")
        let direct = try await Release.read(site.source.path)
        #expect(try await Release.read(link).manifest == direct.manifest)
        let staged = try await site.module(["state": "staged", "src": .string(link)]).act(on: LocalHost())
        #expect(staged.result["id"]?.string == direct.manifest.id(version: nil)?.text)
    }

    @Test(.enabled(if: geteuid() != 0, "root reads every folder"))
    func tellsWhichFolderCannotBeRead() async throws {
        try site.write("closed/file", "x")
        try setMode(0, of: "closed")
        defer { chmod(site.source.appendingPathComponent("closed").path, 0o755) }
        let sentence = try await refusal()
        #expect(sentence.hasSuffix("/src/closed: cannot be read"))
    }

    /// A release's files are root's on a host, and in the group of the services.
    @Test func whatOthersMayNotReadIsOnlyForTheGroup() async throws {
        for name in ["plain", "settings", "group", "tool"] { try site.write(name, name) }
        for (name, mode) in [("plain", 0o664), ("settings", 0o600), ("group", 0o640), ("tool", 0o700)] {
            try setMode(mode, of: name)
        }
        #expect(
            try await modes() == [
                "plain": 0o644, "settings": 0o640, "group": 0o640, "tool": 0o750, "service": 0o755,
            ])
    }

    @Test func whatLiesInAClosedFolderIsClosedToo() async throws {
        try site.write("keys/old/key", "x")
        try site.write("keys/tool", "x", executable: true)
        try site.write("keys.txt", "x")
        try setMode(0o700, of: "keys")
        #expect(
            try await modes() == [
                "keys": 0o750, "keys/old": 0o750, "keys/old/key": 0o640, "keys/tool": 0o750, "keys.txt": 0o644,
                "service": 0o755,
            ])
        try await site.publish(site.stage().id)
        #expect(try await site.differences() == [])
        let key = site.root.appendingPathComponent("current/keys/old/key").path
        #expect(try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int == 0o640)
    }

    @Test(arguments: [0o4755, 0o2755]) func refusesAFileThatRunsAsItsOwner(_ mode: Int) async throws {
        try setMode(mode, of: "service")
        let sentence = try await refusal()
        #expect(
            sentence.hasSuffix(
                "/src/service: runs as its owner or group, which no release may bring; chmod ug-s"))
    }

    /// Folders that hand their group on are common on build machines.
    @Test func aFolderThatHandsItsGroupOnIsAFolder() async throws {
        try site.write("lib/a", "x")
        try setMode(0o2775, of: "lib")
        #expect(try await modes()["lib"] == 0o755)
    }
}
