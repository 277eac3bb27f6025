import Diagnostics

/// The text of a file by lines, for hints and for the places of tagged and multi-line scalars.
struct SourceText {
    private let lines: [Substring]

    init(_ text: String) {
        lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
        }
    }

    /// A line by its 1-based number; empty when there is none.
    func line(_ number: Int) -> Substring {
        lines.indices.contains(number - 1) ? lines[number - 1] : ""
    }

    func lastLineWithText(before number: Int) -> Substring {
        lines.prefix(max(0, number - 1)).last { $0.contains { !$0.isWhitespace } } ?? ""
    }

    func character(at place: Place) -> Unicode.Scalar? {
        line(place.line).unicodeScalars.dropFirst(place.column - 1).first
    }

    /// Where a node's own text begins, past its `&anchor` and `!tag`.
    func skippingProperties(from mark: Mark) -> Mark {
        var mark = mark
        while mark.line < lines.count {
            let rest = lines[mark.line].unicodeScalars.dropFirst(mark.column)
            let blanks = rest.prefix { $0 == " " || $0 == "\t" }.count
            let first = rest.dropFirst(blanks).first
            mark.column += blanks
            switch first {
            case nil, "#":
                mark = Mark(line: mark.line + 1, column: 0)
            case "&", "!":
                mark.column += rest.dropFirst(blanks).prefix { $0 != " " && $0 != "\t" }.count
            default:
                return mark
            }
        }
        return mark
    }

    /// The 1-based column where the lines of a multi-line scalar after its first one begin.
    func indent(of text: String, style: Node.Scalar.Style, from start: Mark, to end: Mark) -> Int {
        guard end.line > start.line else { return 1 }
        guard let line = lines[min(start.line + 1, lines.count)...].first(where: { $0.contains { $0 != " " } }) else {
            return 1
        }
        let spaces = line.prefix { $0 == " " }.count
        guard style == .literal || style == .folded else { return spaces + 1 }
        let kept = text.drop { $0 == "\n" }.prefix { $0 == " " }.count
        return max(1, spaces - kept + 1)
    }
}
