import Diagnostics

/// Text, comments and `raw`: what stands outside the code of tags.
extension Lexer {
    mutating func readTemplate() throws {
        while let (opening, start) = nextOpening(from: position) {
            let width = delimiters.start(of: opening).count
            let sign = scalar(at: start + width)
            let hasSign = sign == "-" || sign == "+"
            appendText(upTo: start, before: opening, sign: hasSign ? sign : nil)
            position = start + width + (hasSign ? 1 : 0)
            switch opening {
            case .comment: try skipComment(openedAt: start)
            case .variable: try readVariable(openedAt: start)
            case .block: try readBlock(openedAt: start)
            }
        }
        if position < limit { append(.text(String(source.scalars[position..<limit])), at: position) }
        append(.end, at: limit)
    }

    private func nextOpening(from start: Int) -> (Opening, Int)? {
        for offset in start..<max(start, limit) where delimiters.firsts.contains(source.scalars[offset]) {
            for opening in delimiters.openings where matches(delimiters.start(of: opening), at: offset) {
                return (opening, offset)
            }
        }
        return nil
    }

    /// Adds the text before a tag, stripped as the tag's sign and the options ask.
    private mutating func appendText(upTo end: Int, before opening: Opening, sign: Unicode.Scalar?) {
        let start = position
        var stop = end
        if sign == "-" {
            while stop > start, source.scalars[stop - 1].properties.isWhitespace { stop -= 1 }
        } else if sign == nil, options.leftStripBlocks, opening != .variable {
            stop = leftStripped(from: start, to: end)
        }
        if stop > start { append(.text(String(source.scalars[start..<stop])), at: start) }
    }

    /// Where the text ends without the white space between the last line's start and the tag.
    private func leftStripped(from start: Int, to end: Int) -> Int {
        var lineStart = end
        while lineStart > start, source.scalars[lineStart - 1] != "\n" {
            guard source.scalars[lineStart - 1].properties.isWhitespace else { return end }
            lineStart -= 1
        }
        let startsLine = lineStart == 0 || source.scalars[lineStart - 1] == "\n"
        return startsLine ? lineStart : end
    }

    private mutating func skipComment(openedAt start: Int) throws {
        while position < limit {
            if skipEnd(delimiters.commentEnd, trims: options.trimBlocks, allowsPlus: true) { return }
            position += 1
        }
        throw fault("the comment is never closed", at: start, hint: "end it with '\(options.delimiters.commentEnd)'")
    }

    private mutating func readVariable(openedAt start: Int) throws {
        append(.variableBegin, at: start)
        try readCode(until: .variableEnd, openedAt: start)
    }

    private mutating func readBlock(openedAt start: Int) throws {
        if try skipRaw(openedAt: start) { return }
        append(.blockBegin, at: start)
        try readCode(until: .blockEnd, openedAt: start)
    }

    /// Reads `{% raw %}…{% endraw %}` as text; false when the block is another one.
    private mutating func skipRaw(openedAt start: Int) throws -> Bool {
        let afterBegin = position
        guard skipWord("raw"), skipEnd(delimiters.blockEnd, trims: false, allowsPlus: false) else {
            position = afterBegin
            return false
        }
        let textStart = position
        while position < limit {
            let tag = position
            if matches(delimiters.blockStart, at: position) {
                position += delimiters.blockStart.count
                let next = scalar(at: position)
                let sign = next == "-" || next == "+" ? next : nil
                if sign != nil { position += 1 }
                if skipWord("endraw"), skipEnd(delimiters.blockEnd, trims: options.trimBlocks, allowsPlus: true) {
                    let afterTag = position
                    position = textStart
                    appendText(upTo: tag, before: .block, sign: sign)
                    position = afterTag
                    return true
                }
            }
            position = tag + 1
        }
        throw fault("the 'raw' block is never closed", at: start, hint: "end it with '{% endraw %}'")
    }

    private mutating func skipWord(_ word: String) -> Bool {
        skipWhitespace()
        guard matches(Array(word.unicodeScalars), at: position) else { return false }
        position += word.unicodeScalars.count
        skipWhitespace()
        return true
    }

    /// Skips the end of a tag with the white space that it takes along; false when no end stands here.
    mutating func skipEnd(_ end: [Unicode.Scalar], trims: Bool, allowsPlus: Bool) -> Bool {
        if matches(end, at: position) {
            position += end.count
            if trims, scalar(at: position) == "\n" { position += 1 }
            return true
        }
        guard let sign = scalar(at: position), sign == "-" || (allowsPlus && sign == "+"),
            matches(end, at: position + 1)
        else { return false }
        position += 1 + end.count
        if sign == "-" { skipWhitespace() }
        return true
    }
}
