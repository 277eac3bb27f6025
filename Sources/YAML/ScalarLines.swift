import Diagnostics

/// Where the lines of a scalar that is folded stand in its file: the parser has made one line of them.
package struct ScalarLines: Sendable, Hashable {
    /// Where a line's text begins.
    private struct Start: Sendable, Hashable {
        /// In the scalar's text, in Unicode scalars.
        var offset: Int
        /// Both 1-based.
        var line: Int
        var column: Int
    }

    private let starts: [Start]

    /// - Returns: nil for a scalar of one line, and for one whose lines are those of its text.
    init?(
        of text: String, style: Node.Scalar.Style, indent: Int, from start: Mark, to end: Mark, in source: SourceText
    ) {
        guard end.line > start.line, style != .literal else { return nil }
        let scalars = Array(text.unicodeScalars)
        var offset = 0
        var starts: [Start] = []
        let isFolded = style == .folded
        // A block ends where the line after it begins.
        let last = isFolded && end.column == 0 ? end.line - 1 : end.line
        for number in (isFolded ? start.line + 1 : start.line)...max(start.line + 1, last) {
            var (column, content) = Self.content(
                of: source.line(number + 1), style, indent: indent, from: number == start.line ? start.column : nil)
            if number == end.line, !isFolded { content = Self.cut(content, at: end.column - column, style) }
            guard !content.isEmpty, offset <= scalars.count else { continue }
            if number > start.line { offset = Self.skippingFold(scalars, offset, isFirst: isFolded && starts.isEmpty) }
            starts.append(Start(offset: offset, line: number + 1, column: column + 1))
            offset += Self.width(content, style)
        }
        guard !starts.isEmpty else { return nil }
        self.starts = starts
    }

    func place(of offset: Int, in file: String) -> Place? {
        guard let start = starts.last(where: { $0.offset <= offset }) ?? starts.first else { return nil }
        return Place(file: file, line: start.line, column: start.column + max(0, offset - start.offset))
    }

    /// What a line adds to the text, and the 0-based column where that begins.
    private static func content(
        of line: Substring, _ style: Node.Scalar.Style, indent: Int, from column: Int?
    ) -> (column: Int, content: [Unicode.Scalar]) {
        let scalars = Array(line.unicodeScalars)
        if style == .folded {
            guard scalars.contains(where: { $0 != " " }) else { return (0, []) }
            return (indent - 1, Array(scalars.dropFirst(indent - 1)))
        }
        let quote = style == .plain ? 0 : 1
        let start = column.map { $0 + quote } ?? scalars.prefix { $0 == " " || $0 == "\t" }.count
        var content = Array(scalars.dropFirst(start))
        while let last = content.last, last == " " || last == "\t" { content.removeLast() }
        return (start, content)
    }

    /// The last line's content, without what stands behind the scalar.
    private static func cut(
        _ content: [Unicode.Scalar], at count: Int, _ style: Node.Scalar.Style
    ) -> [Unicode.Scalar] {
        Array(content.prefix(max(0, count - (style == .plain ? 0 : 1))))
    }

    /// Past the space or the newlines that a fold has become.
    private static func skippingFold(_ text: [Unicode.Scalar], _ offset: Int, isFirst: Bool) -> Int {
        guard offset < text.count else { return offset }
        if text[offset] == " ", !isFirst { return offset + 1 }
        return offset + text[offset...].prefix { $0 == "\n" }.count
    }

    /// How much text a line's content has become.
    private static func width(_ content: [Unicode.Scalar], _ style: Node.Scalar.Style) -> Int {
        var width = 0
        var index = 0
        while index < content.count {
            let next = index + 1 < content.count ? content[index + 1] : nil
            switch (style, content[index], next) {
            case (.singleQuoted, "'", "'"): index += 2
            case (.doubleQuoted, "\\", "x"): index += 4
            case (.doubleQuoted, "\\", "u"): index += 6
            case (.doubleQuoted, "\\", "U"): index += 10
            case (.doubleQuoted, "\\", nil): return width
            case (.doubleQuoted, "\\", _): index += 2
            default: index += 1
            }
            width += 1
        }
        return width
    }
}
