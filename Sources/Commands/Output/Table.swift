/// Columns as wide as their widest cell.
struct Table: Sendable {
    private var rows: [[String]]
    private let headings: [String]

    init(_ headings: [String]) {
        self.headings = headings
        rows = []
    }

    mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The lines, headings first; trailing blanks cut.
    func lines(style: Style) -> [String] {
        let all = [headings] + rows
        let widths = headings.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.enumerated().map { index, cells in
            var line = zip(cells, widths).map { $0.padded(to: $1) }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return index == 0 ? style(line, .bold) : line
        }
    }
}
