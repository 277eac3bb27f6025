import CLibZ

/// Makes a gzip stream of what it is given, piece by piece. Not safe on several threads.
package final class GzipWriter {
    private let stream: UnsafeMutablePointer<z_stream>
    private static let room = 256 << 10

    /// zlib's usual level (6): faster than any line that is slow enough to compress for.
    /// - Throws: `GzipError` when zlib has no memory.
    package init() throws(GzipError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // A window of 32 KB, with gzip's header and trailer (+ 16).
        let code = deflateInit2_(
            stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else { throw GzipError(code: code) }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Compressed bytes, as far as they are complete; may be none.
    package func write(_ bytes: [UInt8]) throws(GzipError) -> [UInt8] {
        try compress(bytes, flush: Z_NO_FLUSH)
    }

    /// The rest of the stream.
    package func finish() throws(GzipError) -> [UInt8] {
        try compress([], flush: Z_FINISH)
    }

    private func compress(_ bytes: [UInt8], flush: Int32) throws(GzipError) -> [UInt8] {
        var bytes = bytes
        var output: [UInt8] = []
        var code: Int32 = Z_OK
        bytes.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            repeat {
                let part = [UInt8](unsafeUninitializedCapacity: Self.room) { buffer, count in
                    stream.pointee.next_out = buffer.baseAddress
                    stream.pointee.avail_out = UInt32(buffer.count)
                    code = deflate(stream, flush)
                    count = buffer.count - Int(stream.pointee.avail_out)
                }
                output += part
            } while stream.pointee.avail_out == 0 && code == Z_OK
        }
        guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else { throw GzipError(code: code) }
        return output
    }
}

/// zlib refused: out of memory.
package struct GzipError: Error, Hashable, Sendable, CustomStringConvertible {
    let code: Int32
    package var description: String { "zlib failed with code \(code)" }
}
