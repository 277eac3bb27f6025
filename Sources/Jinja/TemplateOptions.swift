/// How a template's tags are written and what becomes of the white space around them; the defaults are Ansible's.
package struct TemplateOptions: Sendable, Hashable {
    /// The first newline after a block tag or a comment is removed.
    package var trimBlocks: Bool
    /// Spaces and tabs from the start of a line up to a block tag are removed.
    package var leftStripBlocks: Bool
    /// The result ends in at least as many newlines as the text. Jinja itself drops the last one, and still does in
    /// templates that are included.
    package var keepTrailingNewline: Bool
    package var delimiters: Delimiters

    package init(
        trimBlocks: Bool = true, leftStripBlocks: Bool = false, keepTrailingNewline: Bool = true,
        delimiters: Delimiters = Delimiters()
    ) {
        self.trimBlocks = trimBlocks
        self.leftStripBlocks = leftStripBlocks
        self.keepTrailingNewline = keepTrailingNewline
        self.delimiters = delimiters
    }

    /// What tags begin and end with.
    package struct Delimiters: Sendable, Hashable {
        package var blockStart = "{%"
        package var blockEnd = "%}"
        package var variableStart = "{{"
        package var variableEnd = "}}"
        package var commentStart = "{#"
        package var commentEnd = "#}"

        package init() {}
    }
}
