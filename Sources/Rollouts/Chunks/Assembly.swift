/// How a host puts a file together: from ranges of files that it has and of what is sent.
struct Assembly: Hashable, Sendable {
    enum Piece: Hashable, Sendable {
        /// A range of a file on the host.
        case kept(file: String, Range<Int>)
        /// A range of the new file, which has to be sent.
        case sent(Range<Int>)
    }

    /// A file on the host with its chunks, in the order in which they are to be used.
    struct Source {
        /// Relative to the release tree's root.
        var file: String
        var list: ChunkList
    }

    let entry: ReleaseManifest.Entry
    let pieces: [Piece]

    /// What has to be sent, in order.
    var sent: [Range<Int>] { pieces.compactMap { if case .sent(let range) = $0 { range } else { nil } } }
    var sentCount: Int { sent.reduce(0) { $0 + $1.count } }

    /// The whole file is sent.
    init(whole entry: ReleaseManifest.Entry) {
        self.entry = entry
        pieces = entry.size > 0 ? [.sent(0..<entry.size)] : []
    }

    /// Neighbouring ranges become one. A kept range costs the host two processes, so short ones between sent ranges are
    /// sent as well when there are many.
    init(_ entry: ReleaseManifest.Entry, list: ChunkList, from sources: [Source], mostKept: Int = 400) {
        self.entry = entry
        let places = Self.places(in: sources)
        var pieces: [Piece] = []
        var offset = 0
        for chunk in list.chunks {
            let range = offset..<offset + chunk.count
            offset = range.upperBound
            Self.append(
                places[chunk].map { .kept(file: $0.file, $0.start..<$0.start + chunk.count) } ?? .sent(range),
                to: &pieces)
        }
        var shortest = 0
        while pieces.count > 2 * mostKept {
            shortest = max(Chunker.wished, 2 * shortest)
            pieces = Self.sendingShort(pieces, below: shortest)
        }
        self.pieces = pieces
    }

    private struct Place {
        var file: String
        var start: Int
    }

    private static func places(in sources: [Source]) -> [ChunkList.Chunk: Place] {
        var places: [ChunkList.Chunk: Place] = [:]
        for source in sources {
            var start = 0
            for chunk in source.list.chunks {
                if places[chunk] == nil { places[chunk] = Place(file: source.file, start: start) }
                start += chunk.count
            }
        }
        return places
    }

    private static func append(_ piece: Piece, to pieces: inout [Piece]) {
        switch (pieces.last, piece) {
        case (.kept(let file, let before)?, .kept(let next, let range))
        where file == next && before.upperBound == range.lowerBound:
            pieces[pieces.count - 1] = .kept(file: file, before.lowerBound..<range.upperBound)
        case (.sent(let before)?, .sent(let range)) where before.upperBound == range.lowerBound:
            pieces[pieces.count - 1] = .sent(before.lowerBound..<range.upperBound)
        default: pieces.append(piece)
        }
    }

    private static func sendingShort(_ pieces: [Piece], below limit: Int) -> [Piece] {
        var result: [Piece] = []
        var offset = 0
        for piece in pieces {
            let start = offset
            switch piece {
            case .kept(_, let range):
                offset += range.count
                append(range.count < limit ? .sent(start..<offset) : piece, to: &result)
            case .sent(let range):
                offset += range.count
                append(piece, to: &result)
            }
        }
        return result
    }
}
