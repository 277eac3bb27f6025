package import Diagnostics

/// What could be made of a YAML text: its tree, and every mistake in it.
package struct ParsedText: Sendable {
    /// nil for an empty document, and for one whose syntax is broken. With mistakes of other kinds it is what is left
    /// to be checked: of a key that is written twice, what both hold.
    package let root: Node?
    /// Each with its place, its line and a hint.
    package let problems: [Problem]
    /// Whether the syntax is right, so that nothing which is written is missing in the tree.
    package let isWhole: Bool

    package init(_ text: String, file: String, limits: ParseLimits = .default) {
        let source = SourceText(text)
        var found: [Problem] = []
        var tree: Node?
        var isSound = true
        do {
            var composer = try Composer(text, source: source, file: file, limits: limits)
            defer { found += composer.problems }
            tree = try composer.document()
        } catch {
            isSound = false
            found.append(error.hinted(by: source))
        }
        root = tree
        isWhole = isSound
        problems = found.map { $0.showing(source).ruled(.yamlSyntax) }
    }

    /// A text that can't even be read.
    init(unreadable problem: Problem) {
        root = nil
        isWhole = false
        problems = [problem]
    }
}

extension Problem {
    fileprivate func showing(_ source: SourceText) -> Problem {
        guard line == nil, let place else { return self }
        var shown = self
        shown.line = String(source.line(place.line))
        return shown
    }
}
