import BlockingIO
import Deflate
import Remote

/// What another feed gives, compressed, on a thread of its own.
actor GzipFeed: ByteFeed {
    private let executor = BlockingExecutor(label: "gzip")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let feed: any ByteFeed
    private let writer: GzipWriter
    private var hasEnded = false

    init(_ feed: any ByteFeed) throws {
        self.feed = feed
        writer = try GzipWriter()
    }

    func next() async throws -> [UInt8]? {
        while !hasEnded {
            let bytes: [UInt8]
            if let more = try await feed.next() {
                bytes = try writer.write(more)
            } else {
                hasEnded = true
                bytes = try writer.finish()
            }
            if !bytes.isEmpty { return bytes }
        }
        return nil
    }
}
