/// What came back was no frame: the connection can't be used any more.
struct FrameError: Error, Hashable, Sendable {
    let reason: String
}

/// Reads what the loop prints, in whatever pieces it arrives.
struct AnswerDecoder: Sendable {
    enum Event: Hashable, Sendable {
        case ready
        /// Something the user may want to know while an answer takes its time.
        case note(String)
        case output(StreamedOutput)
        case answer([Reply])
    }

    /// What came before the ready line: a message of the day, a login script's output. At most 4 KiB of its end.
    var greeting: [UInt8] { state == .starting ? garbage + buffer : garbage }

    private enum State: Hashable, Sendable {
        case starting
        case header
        case body
        /// A piece of a change's output, of so many bytes.
        case piece(StreamedOutput, Int)
    }

    private let nonce: Nonce
    private let separator: [UInt8]
    private let ready: [UInt8]
    private var state = State.starting
    private var buffer: [UInt8] = []
    private var garbage: [UInt8] = []
    private var answer = PartialAnswer()

    init(bootstrap: Bootstrap, separator: Nonce) {
        nonce = bootstrap.nonce
        ready = bootstrap.ready
        self.separator = Array("\n#\(separator)\n".utf8)
    }

    mutating func decode(_ bytes: some Collection<UInt8>) throws(FrameError) -> [Event] {
        buffer += bytes
        var events: [Event] = []
        while let event = try next() { events.append(event) }
        return events
    }

    private mutating func next() throws(FrameError) -> Event? {
        switch state {
        case .starting: return findReady()
        case .body: return decodeBody()
        case .piece(let piece, let size): return decodePiece(piece, size)
        case .header:
            guard let line = try takeHeader() else { return nil }
            return try decodeHeader(line)
        }
    }

    private mutating func findReady() -> Event? {
        guard let found = buffer.firstRange(of: ready) else {
            keepAsGarbage(max(0, buffer.count - ready.count + 1))
            return nil
        }
        keepAsGarbage(found.lowerBound)
        buffer.removeFirst(ready.count)
        state = .header
        return .ready
    }

    private mutating func keepAsGarbage(_ count: Int) {
        garbage = Array((garbage + buffer.prefix(count)).suffix(4096))
        buffer.removeFirst(count)
    }

    /// A header is a kind (`=` answer, `~` note, `%` output, `!` end), the nonce, the rest of the line; anything else is no frame.
    private mutating func takeHeader() throws(FrameError) -> [UInt8]? {
        let expected = nonce.utf8
        if let kind = buffer.first {
            guard "=~%!".utf8.contains(kind),
                buffer.dropFirst().prefix(expected.count).elementsEqual(expected.prefix(buffer.count - 1))
            else {
                throw FrameError(reason: "unexpected output: \(shown(buffer))")
            }
        }
        guard let end = buffer.firstIndex(of: UInt8(ascii: "\n")) else {
            if buffer.count > 1 << 20 { throw FrameError(reason: "a header without an end") }
            return nil
        }
        let line = Array(buffer[..<end])
        buffer.removeFirst(end + 1)
        return line
    }

    private mutating func decodeHeader(_ line: [UInt8]) throws(FrameError) -> Event? {
        let text = String(decoding: line.dropFirst(1 + nonce.utf8.count), as: UTF8.self)
        switch line[0] {
        case UInt8(ascii: "~"): return .note(String(text.drop { $0 == " " }))
        case UInt8(ascii: "%"):
            state = try pieceState(text)
            return try next()
        case UInt8(ascii: "!"): throw FrameError(reason: String(text.drop { $0 == " " }))
        default:
            answer = try PartialAnswer(header: text)
            state = .body
            return decodeBody()
        }
    }

    /// - Parameter text: ` index stream size`.
    private func pieceState(_ text: String) throws(FrameError) -> State {
        let numbers = text.split(separator: " ").compactMap { Int($0) }
        guard numbers.count == 3, numbers[2] > 0, numbers[2] <= 1 << 20 else {
            throw FrameError(reason: "a header that cannot be read: \(shown(Array(text.utf8)))")
        }
        return .piece(StreamedOutput(fragment: numbers[0], isError: numbers[1] == 2), numbers[2])
    }

    private mutating func decodePiece(_ piece: StreamedOutput, _ size: Int) -> Event? {
        guard buffer.count >= size else { return nil }
        var piece = piece
        piece.bytes = Array(buffer.prefix(size))
        buffer.removeFirst(size)
        state = .header
        return .output(piece)
    }

    private mutating func decodeBody() -> Event? {
        var position = buffer.startIndex
        defer { buffer.removeFirst(position) }
        while let missing = answer.missing {
            let part = buffer[position...].prefix(missing)
            answer.append(part)
            position += part.count
            guard part.count == missing, skipSeparator(&position) else { return nil }
            answer.endPart()
        }
        state = .header
        return .answer(answer.replies)
    }

    /// Drops what a part has too much, up to its separator; false when that has not arrived.
    private func skipSeparator(_ position: inout Int) -> Bool {
        let rest = buffer[position...]
        if rest.starts(with: separator) {
            position += separator.count
            return true
        }
        if let found = rest.firstRange(of: separator) {
            position = found.upperBound
            return true
        }
        position = max(position, buffer.endIndex - separator.count + 1)
        return false
    }
}

/// An answer whose parts (output and errors of each fragment) are still arriving.
private struct PartialAnswer: Sendable {
    private var statuses: [Int32] = []
    private var sizes: [Int] = []
    private var parts: [[UInt8]] = []

    init() {}

    /// - Parameter header: ` status … : size …`, two sizes a status.
    init(header: String) throws(FrameError) {
        let sides = header.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        statuses = (sides.first ?? "").split(separator: " ").compactMap { Int32($0) }
        sizes = (sides.last ?? "").split(separator: " ").compactMap { Int($0) }
        guard sides.count == 2, sizes.count == 2 * statuses.count, sizes.allSatisfy({ $0 >= 0 }) else {
            throw FrameError(reason: "a header that cannot be read: \(shown(Array(header.utf8)))")
        }
        parts.reserveCapacity(sizes.count)
        skipEmptyParts()
    }

    /// How much of the present part has not come; nil when all parts are whole.
    var missing: Int? {
        guard parts.count <= sizes.count, let last = parts.last, parts.count > done else { return nil }
        return sizes[parts.count - 1] - last.count
    }

    /// How many parts are whole.
    private var done = 0

    mutating func append(_ bytes: some Collection<UInt8>) {
        guard !parts.isEmpty else { return }
        parts[parts.count - 1] += bytes
    }

    mutating func endPart() {
        done = parts.count
        skipEmptyParts()
    }

    private mutating func skipEmptyParts() {
        while parts.count < sizes.count {
            parts.append([])
            if sizes[parts.count - 1] > 0 {
                parts[parts.count - 1].reserveCapacity(min(sizes[parts.count - 1], 1 << 24))
                return
            }
            done = parts.count
        }
    }

    var replies: [Reply] {
        statuses.enumerated().map { index, status in
            Reply(status: status, stdout: parts[2 * index], stderr: parts[2 * index + 1])
        }
    }
}

/// The beginning of some bytes as one line of readable text.
private func shown(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes.prefix(200), as: UTF8.self)
    return String(text.map { $0.isNewline ? " " : $0 })
}
