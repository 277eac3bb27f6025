import BlockingIO
import Remote

/// Gives bytes of the operator's files in frames; reads on a thread of its own.
actor SliceFeed: ByteFeed {
    enum Part: Sendable {
        case bytes([UInt8])
        case slice(FileSlice)

        var count: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .slice(let slice): slice.count
            }
        }
    }

    private let executor = BlockingExecutor(label: "release")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Each costs the host a process.
    private static let frame = 4 << 20
    private let parts: [Part]
    /// The part that comes next, and how much of it was given.
    private var place = (part: 0, offset: 0)
    private let told: @Sendable (Int) async -> Void
    private var given = 0
    /// A log's reader wants to know that it goes on, not every frame.
    private static let pause = Duration.seconds(3)
    private var lastTold = ContinuousClock.now

    /// - Parameter told: how many bytes of content were handed over, every few seconds.
    init(_ parts: [Part], told: @escaping @Sendable (Int) async -> Void = { _ in }) {
        self.parts = parts
        self.told = told
    }

    /// An archive of entries.
    init(archive entries: [ReleaseManifest.Entry], of release: Release, told: @escaping @Sendable (Int) async -> Void) {
        var parts: [Part] = []
        for entry in entries {
            parts.append(.bytes(TarHeader.bytes(of: entry)))
            guard entry.isFile else { continue }
            parts.append(.slice(release.slice(of: entry)))
            parts.append(.bytes(TarHeader.padding(after: entry.size)))
        }
        self.init(parts + [.bytes(TarHeader.end)], told: told)
    }

    func next() async throws -> [UInt8]? {
        if lastTold.duration(to: .now) >= Self.pause {
            lastTold = .now
            await told(given)
        }
        let frame = try [UInt8](unsafeUninitializedCapacity: Self.frame) { buffer, count in
            count = try fill(UnsafeMutableRawBufferPointer(buffer))
        }
        given += frame.count
        return frame.isEmpty ? nil : frame
    }

    /// Content goes from the files into the frame, with no copy between.
    /// - Returns: how many bytes there are.
    private func fill(_ frame: UnsafeMutableRawBufferPointer) throws -> Int {
        var count = 0
        while count < frame.count, place.part < parts.count {
            let part = parts[place.part]
            let range = place.offset..<min(part.count, place.offset + frame.count - count)
            let room = UnsafeMutableRawBufferPointer(rebasing: frame[count..<count + range.count])
            switch part {
            case .bytes(let bytes): room.copyBytes(from: bytes[range])
            case .slice(let slice): try slice[range].read(into: room)
            }
            count += range.count
            place = range.upperBound == part.count ? (place.part + 1, 0) : (place.part, range.upperBound)
        }
        return count
    }
}
