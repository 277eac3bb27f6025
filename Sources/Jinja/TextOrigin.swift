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
    package func place(ofOffset offset: Int, in text: String) -> Place { Source(text, origin: self).place(of: offset) }

    /// What `place` says about an offset; nil when the text is the whole file.
    func place(inFileOf offset: Int) -> Place? { locate?(offset) }
}
