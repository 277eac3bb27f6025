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

    private static let frame = 2 << 20
    private var parts: ArraySlice<Part>
    private let told: @Sendable (Int) async -> Void
    private var given = 0
    /// A log's reader wants to know that it goes on, not every frame.
    private static let pause = Duration.seconds(3)
    private var lastTold = ContinuousClock.now

    /// - Parameter told: how many bytes of content were handed over, every few seconds.
    init(_ parts: [Part], told: @escaping @Sendable (Int) async -> Void = { _ in }) {
        self.parts = parts[...]
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
        var frame: [UInt8] = []
        while frame.count < Self.frame, let part = parts.popFirst() {
            let room = Self.frame - frame.count
            switch part {
            case .bytes(let bytes): frame += bytes
            case .slice(let slice) where slice.count <= room: frame += try slice.read()
            case .slice(let slice):
                frame += try slice[0..<room].read()
                parts = [.slice(slice[room..<slice.count])] + parts
            }
        }
        given += frame.count
        return frame.isEmpty ? nil : frame
    }
}
