package import Diagnostics

/// Where a text stands in files, so that an offset in it can be shown as file:line:column.
package struct TextOrigin: Sendable {
    package let file: String
    private let locate: (@Sendable (Int) -> Place)?

    /// The text is the whole of a file.
    package init(file: String) {
        self.file = file
        locate = nil
    }

    /// The text is a part of a file, a YAML scalar say: `place` gives the place of an offset in Unicode scalars.
    package init(file: String, place: @escaping @Sendable (Int) -> Place) {
        self.file = file
        locate = place
    }

    /// Whether a line of the text is a line of the file.
    var isWholeFile: Bool { locate == nil }

    /// The place of an offset, in Unicode scalars, of the given text.
    package func place(ofOffset offset: Int, in text: String) -> Place {
        place(ofOffset: offset, in: Array(text.unicodeScalars))
    }

    func place(ofOffset offset: Int, in scalars: [Unicode.Scalar]) -> Place {
        if let locate { return locate(offset) }
        let before = scalars.prefix(max(0, offset))
        let line = before.count { $0 == "\n" } + 1
        let column = before.reversed().prefix { $0 != "\n" }.count + 1
        return Place(file: file, line: line, column: column)
    }
}
