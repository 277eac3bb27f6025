import Foundation
import Modules
import OrderedCollections
import Remote
import SystemPackage
import Testing
import YAML

@testable import Rollouts

@Suite struct PackTests {
    private let site: ReleaseSite

    init() throws {
        site = try ReleaseSite()
        try site.write("bin/service", "one", executable: true)
        try site.write("VERSION", "1.4.2\n")
        try site.write("migrations/0001_begin.sql", "select 1")
        try site.write("migrations/0012_more.sql", "select 2")
        try site.write("deep/" + String(repeating: "folder/", count: 20) + "file.txt", "deep")
        try FileManager.default.createSymbolicLink(
            atPath: site.source.appendingPathComponent("latest").path, withDestinationPath: "bin/service")
    }

    private var file: FilePath { FilePath(site.root.path + ".release") }

    private func packed(_ change: (inout Release) async throws -> Void = { _ in }) async throws -> Release {
        var release = try await Release.read(site.source.path)
        try await change(&release)
        try release.pack(to: file)
        return try await Release.read(file.string)
    }

    @Test func readsBackWhatItPacked() async throws {
        let folder = try await Release.read(site.source.path)
        let release = try await packed()
        #expect(release.manifest == folder.manifest)
        #expect(release.metadata.version == "1.4.2")
        #expect(try release.damaged().isEmpty)
        #expect(release.manifest.schemaLevels == .init(needs: 12, brings: 12))
    }

    @Test func aFileAndItsFolderAreTheSameReleaseOnAHost() async throws {
        let staged = try await site.stage()
        _ = try await packed()
        let again = try await site.module(["state": "staged", "src": .string(file.string)]).act(on: LocalHost())
        #expect(!again.changed)
        #expect(again.result["id"]?.string == staged.id)
    }

    @Test func stagesFromAFileWhatTarUnpacksFromIt() async throws {
        _ = try await packed { $0.metadata.commit = "abc" }
        let staged = try await site.module(["state": "staged", "src": .string(file.string)]).act(on: LocalHost())
        let id = try #require(staged.result["id"]?.string)
        try FileManager.default.createDirectory(
            at: site.root.appendingPathComponent("tar"), withIntermediateDirectories: true)
        let release = site.root.appendingPathComponent("releases/\(id)").path
        let script =
            "tar -xf '\(file.string)' -C '\(site.root.path)/tar' && rm '\(release)/RELEASE' && diff -r '\(site.root.path)/tar' '\(release)'"
        let reply = try await LocalHost().run([.reads(.init(verbatim: script))]).first
        #expect(reply?.succeeded == true, "\(reply?.output ?? "") \(reply?.errors ?? "")")
    }

    @Test func metadataDoesNotChangeTheIDButStatedSchemaDoes() async throws {
        let plain = try await packed()
        let named = try await packed { $0.metadata.version = "2.0" }
        #expect(plain.manifest.digest == named.manifest.digest)
        let stated = try await packed { $0 = $0.stating(.init(needs: 3, brings: 12)) }
        #expect(stated.manifest.digest != plain.manifest.digest)
        #expect(stated.manifest.schemaLevels == .init(needs: 3, brings: 12))
    }

    @Test func namesTheFileThatIsDamaged() async throws {
        _ = try await packed()
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: file.string)))
        let place = try #require(bytes.firstRange(of: Array("select 2".utf8)))
        bytes[place.lowerBound] = UInt8(ascii: "S")
        try Data(bytes).write(to: URL(fileURLWithPath: file.string))
        #expect(try await Release.read(file.string).damaged() == ["migrations/0012_more.sql"])
    }

    @Test(arguments: [0, 100, 600, 4000]) func refusesAFileThatIsCutOff(at length: Int) async throws {
        _ = try await packed()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: file.string))
        try bytes.prefix(length).write(to: URL(fileURLWithPath: file.string))
        await #expect(throws: RolloutError.self) { try await Release.read(file.string) }
    }

    @Test(arguments: [
        "f\t644\t1\t\(String(repeating: "a", count: 64))\t../x",
        "f\t644\t1\t\(String(repeating: "a", count: 64))\t/etc/x",
        "l\t777\t0\t../../etc/passwd\tx", "f\t4755\t1\t\(String(repeating: "a", count: 64))\tx", "what",
    ]) func refusesAManifestThatLeadsOut(_ line: String) {
        #expect(throws: RolloutError.badManifest(line: 1)) { try ReleaseManifest(parsing: line) }
    }

    @Test func refusesToWriteOverAFolderAndLeavesNothingBehind() async throws {
        let release = try await Release.read(site.source.path)
        let target = site.root.appendingPathComponent("there")
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        #expect(throws: RolloutError.unwritable(target.path, "it is a folder")) {
            try release.pack(to: FilePath(target.path))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.root.path) == ["there"])
    }

    @Test func refusesAPackedReleaseWithoutAFile() async throws {
        var bytes: [UInt8] = []
        for (name, text) in [("MANIFEST", "d\t755\t0\t-\tempty\n"), ("METADATA", "{}\n")] {
            bytes += TarHeader.bytes(name: name, mode: 0o644, size: text.utf8.count, type: "0")
            bytes += Array(text.utf8) + TarHeader.padding(after: text.utf8.count)
        }
        try Data(bytes + TarHeader.end).write(to: URL(fileURLWithPath: file.string))
        await #expect(throws: RolloutError.emptyFolder(file.string)) { try await Release.read(file.string) }
    }

    /// The octal digits of a header end at 8 GiB. The file is one hole.
    @Test(arguments: [(8 << 30) - 1, 8 << 30, 20 << 30]) func aFileMayHaveMoreThan8GiB(size: Int) async throws {
        let entry = ReleaseManifest.Entry(
            path: "large", mode: 0o644, kind: .file(size: size, digest: String(repeating: "a", count: 64)))
        let archive = TarHeader.bytes(of: entry)
        try Data(archive).write(to: URL(fileURLWithPath: file.string))
        let whole = archive.count + size + TarHeader.padding(after: size).count + TarHeader.end.count
        try #require(truncate(file.string, whole) == 0)
        var reader = try TarReader(file)
        let member = try #require(try reader.next())
        #expect(member.name == "large" && member.slice.count == size && member.isFile)
        #expect(try reader.next() == nil)
        let listed = try await LocalHost().run([.reads("tar -tvf \(file.string)")]).first
        #expect(listed?.output.contains(" \(size) ") == true, "\(listed?.output ?? "") \(listed?.errors ?? "")")
    }

    /// Numbers that lead out of the file, or out of the numbers.
    @Test(arguments: [[0x80, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0xff], [0x80, 0, 0, 0, 0x7f]] as [[UInt8]])
    func refusesASizeThatCannotBe(_ begin: [UInt8]) throws {
        var header = TarHeader.bytes(name: "x", mode: 0o644, size: 0, type: "0")
        let size = begin + [UInt8](repeating: 0xff, count: 12 - begin.count)
        header.replaceSubrange(124..<136, with: size)
        let sum = header.enumerated().reduce(0) { $0 + (148..<156 ~= $1.offset ? 32 : Int($1.element)) }
        let octal = String(sum, radix: 8)
        header.replaceSubrange(148..<154, with: Array((String(repeating: "0", count: 6 - octal.count) + octal).utf8))
        try Data(header + TarHeader.end).write(to: URL(fileURLWithPath: file.string))
        #expect(throws: RolloutError.noPackedRelease(file.string)) {
            var reader = try TarReader(file)
            _ = try reader.next()
        }
    }

    @Test func readsItsOwnManifestBack() async throws {
        let manifest = try await Release.read(site.source.path).stating(.init(needs: 1, brings: 2)).manifest
        #expect(try ReleaseManifest(parsing: manifest.text) == manifest)
    }

    @Test func tellsWhoSignedAndRefusesStrangersAndOtherContent() async throws {
        let folder = site.source.deletingLastPathComponent().path
        let keys =
            "ssh-keygen -q -t ed25519 -N '' -C '' -f \(folder)/mine && ssh-keygen -q -t ed25519 -N '' -C '' -f \(folder)/other"
        #expect(try await LocalHost().run([.reads(.init(verbatim: keys))]).first?.succeeded == true)
        for name in ["mine", "other"] {
            let key = try String(contentsOfFile: "\(folder)/\(name).pub", encoding: .utf8)
            try "\(name)@example.com \(key)".write(
                toFile: "\(folder)/\(name).allowed", atomically: true, encoding: .utf8)
        }
        let signed = try await packed { $0.signature = try await ReleaseSigning.sign($0, with: "\(folder)/mine") }
        #expect(
            try await ReleaseSigning.signer(of: signed, allowedSigners: "\(folder)/mine.allowed") == "mine@example.com")
        await #expect(throws: RolloutError.self) {
            try await ReleaseSigning.signer(of: signed, allowedSigners: "\(folder)/other.allowed")
        }
        var altered = signed
        altered.metadata.version = "6.6.6"
        await #expect(throws: RolloutError.self) {
            try await ReleaseSigning.signer(of: altered, allowedSigners: "\(folder)/mine.allowed")
        }
        altered.signature = nil
        await #expect(throws: RolloutError.unsigned(file.string)) {
            try await ReleaseSigning.signer(of: altered, allowedSigners: "\(folder)/mine.allowed")
        }
    }
}
