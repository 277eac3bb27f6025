import Foundation
import SystemPackage
import Testing

@testable import Rollouts

@Suite struct ChunkTests {
    private func list(of bytes: [UInt8]) throws -> ChunkList {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("chunks-\(UUID().uuidString)")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try ChunkList(of: FileSlice(FilePath(file.path), count: bytes.count))
    }

    private func entry(_ size: Int) -> ReleaseManifest.Entry {
        .init(path: "bin/service", mode: 0o755, kind: .file(size: size, digest: String(repeating: "a", count: 64)))
    }

    @Test func cutsWhereTheContentSaysSo() throws {
        let bytes = Noise(seed: 1).bytes(3 << 20)
        let chunks = try list(of: bytes).chunks
        #expect(chunks.reduce(0) { $0 + $1.count } == bytes.count)
        #expect(chunks.dropLast().allSatisfy { Chunker.smallest...Chunker.largest ~= $0.count })
        #expect(try list(of: bytes).chunks == chunks)
    }

    @Test func cutsAFileOfOneByteRepeatedAtTheLargestSize() throws {
        let chunks = try list(of: [UInt8](repeating: 0, count: 1 << 20)).chunks
        #expect(chunks.map(\.count) == [Int](repeating: Chunker.largest, count: 4))
    }

    @Test func sendsLittleAfterAnInsertionAtTheFront() throws {
        let old = Noise(seed: 2).bytes(4 << 20)
        let new = Array("a few bytes more".utf8) + old
        let assembly = Assembly(
            entry(new.count), list: try list(of: new), from: [.init(file: "releases/a/f", list: try list(of: old))])
        #expect(assembly.sentCount <= Chunker.largest)
        #expect(assembly.pieces.count == 2)
    }

    @Test func sendsShortRunsRatherThanStartManyProcesses() throws {
        let old = Noise(seed: 3).bytes(4 << 20)
        var new = old
        for position in stride(from: 0, to: new.count, by: 200 << 10) { new[position] ^= 1 }
        let source = Assembly.Source(file: "releases/a/f", list: try list(of: old))
        let fine = Assembly(entry(new.count), list: try list(of: new), from: [source])
        let coarse = Assembly(entry(new.count), list: try list(of: new), from: [source], mostKept: 4)
        #expect(fine.pieces.count > 8)
        #expect(coarse.pieces.count <= 8)
        #expect(coarse.sentCount > fine.sentCount)
    }

    @Test func readsAListBack() throws {
        let chunks = try list(of: Noise(seed: 4).bytes(1 << 20))
        #expect(ChunkList(parsing: chunks.text.split(separator: "\n")) == chunks)
        #expect(ChunkList(parsing: ["no chunk", "abc 1"]).chunks.isEmpty)
    }

    @Test func takesAndDropsThePrefixOfRanges() {
        let ranges = [0..<10, 20..<25]
        #expect(ranges.prefix(of: 12) == [0..<10, 20..<22])
        #expect(ranges.suffix(after: 12) == [22..<25])
        #expect(ranges.suffix(after: 10) == [20..<25])
        #expect(ranges.suffix(after: 15).isEmpty)
    }
}

/// Bytes that look random and are the same each time.
struct Noise {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    func bytes(_ count: Int) -> [UInt8] {
        var state = state
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            withUnsafeBytes(of: state ^ (state >> 29)) { bytes += $0 }
        }
        return Array(bytes.prefix(count))
    }
}
