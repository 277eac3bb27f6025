import Digests

/// The chunks of one file in order; hosts keep the list of each large file, so that nobody has to read it again.
struct ChunkList: Hashable, Sendable {
    struct Chunk: Hashable, Sendable {
        /// The first 128 bits of its SHA-256 in hexadecimal: only to find it, since whole files are verified.
        var digest: String
        var count: Int
    }

    var chunks: [Chunk]

    var size: Int { chunks.reduce(0) { $0 + $1.count } }

    init(_ chunks: [Chunk]) {
        self.chunks = chunks
    }

    /// Reads and cuts a file.
    /// - Throws: `RolloutError`.
    init(of slice: FileSlice) throws(RolloutError) {
        let chunker = Chunker()
        var chunks: [Chunk] = []
        var rest: [UInt8] = []
        var seen = 0
        try slice.read(by: 4 << 20) { bytes in
            seen += bytes.count
            rest += bytes
            var position = 0
            while position < rest.count, rest.count - position >= Chunker.largest || seen == slice.count {
                position += rest.withUnsafeBytes { rest in
                    let left = UnsafeRawBufferPointer(rebasing: rest[position...])
                    let count = chunker.firstLength(of: left)
                    let digest = SHA256.hex(UnsafeRawBufferPointer(rebasing: left[..<count]))
                    chunks.append(Chunk(digest: String(digest.prefix(32)), count: count))
                    return count
                }
            }
            rest.removeFirst(position)
        }
        self.chunks = chunks
    }

    /// One line a chunk: digest and length.
    var text: String { chunks.map { "\($0.digest) \($0.count)\n" }.joined() }

    /// What can't be read is left out: it is then sent.
    init(parsing lines: some Sequence<Substring>) {
        chunks = lines.compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count == 2, fields[0].utf8.count == 32, let count = Int(fields[1]), count > 0 else {
                return nil
            }
            return Chunk(digest: String(fields[0]), count: count)
        }
    }
}
