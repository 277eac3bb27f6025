import Digests
import Foundation
import SystemPackage
import Testing

@testable import Rollouts

/// What a push knows of a folder from the last time.
@Suite struct DigestCacheTests {
    private let site: ReleaseSite
    private let home: FilePath

    init() throws {
        site = try ReleaseSite()
        home = FilePath(site.root.path).appending("cache")
        try site.write("one", "1")
        try site.write("sub/two words", "2")
    }

    /// - Parameter rest: less than nothing lets files count that have just been written.
    private func digests(rest: Int = -10, least: Int = 0) async throws -> [String: String] {
        let folder = FilePath(site.source.path)
        let cache = DigestCache(of: folder, below: home, rest: rest, leastBytes: least)
        let entries = try await FolderScan(folder, cache: cache).release().manifest.entries
        return Dictionary(
            entries.compactMap { entry in entry.digest.map { (entry.path, $0) } }, uniquingKeysWith: { $1 })
    }

    private var files: [URL] {
        let folder = URL(filePath: home.appending("intchain/digests").string)
        return (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    }

    /// Shows which digests are taken from the cache.
    private func forge() throws {
        let file = try #require(files.first)
        let text = try String(contentsOf: file, encoding: .utf8)
        try text.replacing(/(?m)^[0-9a-f]{64}/, with: Self.forged).write(to: file, atomically: true, encoding: .utf8)
    }

    private static let forged = String(repeating: "f", count: 64)

    @Test func readsOnlyWhatWasWrittenSince() async throws {
        let first = try await digests()
        #expect(first == ["one": SHA256.hex("1".utf8), "sub/two words": SHA256.hex("2".utf8)])
        try forge()
        #expect(try await Set(digests().values) == [Self.forged])
        try site.write("one", "!")
        try site.write("three", "3")
        let second = try await digests()
        #expect(second["one"] == SHA256.hex("!".utf8))
        #expect(second["three"] == SHA256.hex("3".utf8))
        #expect(second["sub/two words"] == Self.forged)
    }

    /// A file of the same name, size and time is another one.
    @Test func readsAFileThatTookAnothersPlace() async throws {
        _ = try await digests()
        try forge()
        let path = site.source.appendingPathComponent("one").path
        let time = try #require(try FileManager.default.attributesOfItem(atPath: path)[.modificationDate])
        try site.write("other", "x")
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path.dropLast(3) + "other")
        try #require(rename(path.dropLast(3) + "other", path) == 0)
        #expect(try await digests()["one"] == SHA256.hex("x".utf8))
    }

    @Test func doesNotTrustWhatHasJustBeenWritten() async throws {
        _ = try await digests(rest: 60)
        #expect(files.allSatisfy { (try? Data(contentsOf: $0))?.isEmpty ?? true })
    }

    @Test func keepsNothingOfASmallFolder() async throws {
        _ = try await digests(least: 1000)
        #expect(files.isEmpty)
    }

    @Test func whatCannotBeReadOfItIsReadFromTheFile() async throws {
        let first = try await digests()
        try Data("no digest\n\n\u{0}".utf8).write(to: try #require(files.first))
        #expect(try await digests() == first)
    }
}
