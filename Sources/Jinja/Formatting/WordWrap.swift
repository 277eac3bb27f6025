/// Python's `textwrap.wrap` of one line.
struct WordWrap {
    let width: Int
    let breaksLongWords: Bool
    let breaksOnHyphens: Bool

    func lines(of text: String) -> [String] {
        var chunks = chunks(of: text)[...]
        var lines: [String] = []
        while !chunks.isEmpty {
            if isBlank(chunks[chunks.startIndex]), !lines.isEmpty { chunks.removeFirst() }
            var line: [String] = []
            var length = 0
            while let chunk = chunks.first, length + chunk.pythonLength <= width {
                line.append(chunk)
                length += chunk.pythonLength
                chunks.removeFirst()
            }
            if let long = chunks.first, long.pythonLength > width {
                breakLong(long, into: &line, length: length, rest: &chunks)
            }
            if let last = line.last, isBlank(last) { line.removeLast() }
            if !line.isEmpty { lines.append(line.joined()) }
        }
        return lines
    }

    private func isBlank(_ chunk: String) -> Bool { chunk.unicodeScalars.allSatisfy { $0.properties.isWhitespace } }

    private func breakLong(_ chunk: String, into line: inout [String], length: Int, rest: inout ArraySlice<String>) {
        if breaksLongWords {
            let space = max(1, width - length)
            line.append(String(chunk.unicodeScalars.prefix(space)))
            rest[rest.startIndex] = String(chunk.unicodeScalars.dropFirst(space))
        } else if line.isEmpty {
            line.append(chunk)
            rest.removeFirst()
        }
    }

    /// Words and the white space between them; words also end behind a hyphen between letters.
    private func chunks(of text: String) -> [String] {
        var chunks: [String] = []
        var chunk: [Unicode.Scalar] = []
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            let isSpace = scalar.properties.isWhitespace
            if let last = chunk.last, last.properties.isWhitespace != isSpace || endsAtHyphen(scalars, index, chunk) {
                chunks.append(String(chunk))
                chunk = []
            }
            chunk.append(scalar)
        }
        return chunk.isEmpty ? chunks : chunks + [String(chunk)]
    }

    private func endsAtHyphen(_ scalars: [Unicode.Scalar], _ index: Int, _ chunk: [Unicode.Scalar]) -> Bool {
        guard breaksOnHyphens, chunk.last == "-", chunk.count > 2 else { return false }
        return chunk[chunk.count - 2].properties.isAlphabetic && chunk[chunk.count - 3].properties.isAlphabetic
            && scalars[index].properties.isAlphabetic
    }
}
