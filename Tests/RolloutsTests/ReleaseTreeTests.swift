import Foundation
import OrderedCollections
import SystemPackage
import Testing
import YAML

@testable import Rollouts

/// Releases that somebody made by hand: nothing of them may come to lie outside the folder that they are given.
@Suite struct ReleaseTreeTests {
    private static let sum = String(repeating: "a", count: 64)

    private static func file(_ path: String, digest: String = sum, mode: String = "644") -> String {
        "f\t\(mode)\t1\t\(digest)\t\(path)\n"
    }

    private static func link(_ path: String, _ target: String) -> String { "l\t777\t0\t\(target)\t\(path)\n" }
    private static func folder(_ path: String) -> String { "d\t755\t0\t-\t\(path)\n" }

    @Test(arguments: [
        // Each of the two is inside by its own text; together they lead two folders up.
        folder("d") + folder("d/e") + link("d/e/f", "../..") + link("l", "d/e/f/../../.."),
        link("a", "x/..") + link("b", "a/x/../.."), link("a", "x/..") + link("b", "a/y/..") + link("c", "b/z/../.."),
        folder("d") + link("l", "d") + file("l/evil"),
        folder("d") + link("l", "d") + folder("l/e") + file("l/e/evil"),
        file("a") + file("a/b"),
        file("a") + file("a"), folder("a") + file("a"), link("a", "b") + file("a"),
        file("RELEASE"), link("METADATA", "elsewhere"), file("SIGNATURE/x"),
        file("../\u{301}x"), file("a/../\u{301}/../../x"), link("a", "../\u{301}x"), link("a", "/\u{301}x"),
        file("a\\\u{301}b"), file("a\rb"), file("a\r\nb"), file("Icon\r"), file("a\u{7f}b"), file("a\u{85}b"),
        file("a\0b"), link("a", "b\rc"), file("a\u{301}") + file("á"), folder("\u{e1}") + file("a\u{301}/b"),
        file("a", digest: "../../../" + String(repeating: "x", count: 55)),
        file("a", digest: String(repeating: "A", count: 64)), file("a", mode: "-7"),
    ])
    func aManifestIsRefused(_ text: String) {
        #expect(throws: RolloutError.self) { try ReleaseManifest(parsing: text) }
    }

    @Test(arguments: [
        folder("lib") + file("lib/a.1") + link("lib/a", "a.1") + link("b", "lib/a") + link("c", "./lib/../b"),
        folder("x") + folder("x/y") + link("x/y/up", "..") + link("l", "x/y/up/y/up"),
        // Nothing can be opened through them.
        link("a", "a") + link("b", "c") + link("c", "b") + link("d", "b/.."),
        // A part of one, as it is asked of hosts.
        file("migrations/0001_begin.sql"),
        file("l d/it's \"q\" $(id) *") + file("-") + file("ünïcode"),
    ])
    func aManifestIsTaken(_ text: String) throws {
        #expect(throws: Never.self) { try ReleaseManifest(parsing: text) }
    }

    /// As an archive that holds it: a large file would be put in its place by a command of its own.
    @Test func aReleaseThatLeadsOutThroughItsLinksWritesNothing() async throws {
        let site = try ReleaseSite()
        let bytes = Noise(seed: 3).bytes(2 << 20)
        try site.write("evil", bytes)
        let digest = try FileSlice(FilePath(site.source.path + "/evil"), count: bytes.count).digest()
        let manifest =
            Self.folder("d") + Self.folder("d/e") + Self.link("d/e/f", "../..") + Self.link("l", "d/e/f/../../..")
            + "f\t644\t\(bytes.count)\t\(digest)\tl/evil\n"
        var archive: [UInt8] = []
        for (name, content) in [
            ("MANIFEST", Array(manifest.utf8)), ("METADATA", Array("{}\n".utf8)), ("l/evil", bytes),
        ] {
            archive += TarHeader.bytes(name: name, mode: 0o644, size: content.count, type: "0")
            archive += content + TarHeader.padding(after: content.count)
        }
        let file = site.root.path + ".release"
        try Data(archive + TarHeader.end).write(to: URL(fileURLWithPath: file))
        await #expect(throws: RolloutError.self) { try await Release.read(file) }
        await #expect(throws: (any Error).self) {
            try await site.module(["state": "staged", "src": .string(file)]).act(on: LocalHost())
        }
        let written = FileManager.default.enumerator(atPath: site.root.deletingLastPathComponent().path)
        #expect(written?.compactMap { $0 as? String }.filter { $0.hasSuffix("evil") } == ["src/evil"])
    }

    @Test func aFolderWhoseLinksLeadOutTogetherIsRefused() async throws {
        let site = try ReleaseSite()
        try site.write("d/e/file", "x")
        for (path, target) in [("d/e/f", "../.."), ("l", "d/e/f/../../..")] {
            try FileManager.default.createSymbolicLink(
                atPath: site.source.appendingPathComponent(path).path, withDestinationPath: target)
        }
        let error = await #expect(throws: RolloutError.self) { try await Release.read(site.source.path) }
        let sentence = error?.description ?? ""
        #expect(sentence.hasSuffix("/src/l: links to d/e/f/../../.., outside the release"))
    }
}
