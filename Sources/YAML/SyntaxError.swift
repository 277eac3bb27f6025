import Diagnostics

/// What libyaml says about text it can't parse, before it is put in words for the author of the file.
struct SyntaxError {
    var message: String
    var context: String?
    var mark: Mark
    var contextMark: Mark?

    /// The problem without a hint: that needs the text, see `Problem.hinted(by:)`.
    func problem(in file: String) -> Problem {
        guard let context, let contextMark else { return Problem(message, at: mark.place(in: file)) }
        let since = contextMark.line == mark.line ? "" : " that begins in line \(contextMark.line + 1)"
        return Problem("\(message) \(context)\(since)", at: mark.place(in: file))
    }
}

extension Problem {
    /// The same problem with a hint guessed from the lines around it: nearly every syntax error in an inventory or a
    /// playbook is one of a handful of slips.
    func hinted(by source: SourceText) -> Problem {
        guard hint == nil, let place else { return self }
        var hinted = self
        hinted.hint = Self.hint(for: message, at: place, in: source)
        return hinted
    }

    private static func hint(for message: String, at place: Place, in source: SourceText) -> String? {
        let line = source.line(place.line)
        let lineBefore = source.lastLineWithText(before: place.line)
        let found = source.character(at: place)
        if hasUnquotedTemplate(line) || hasUnquotedTemplate(lineBefore) {
            return "quote the value: a plain value can't begin with '{{', write \"{{ … }}\""
        }
        if found == "\t" || line.prefix(while: \.isWhitespace).contains("\t") {
            return "indent with spaces: YAML allows no tabs there"
        }
        if let found, "@`%".unicodeScalars.contains(found) {
            return "quote the value: a plain value can't begin with '\(found)'"
        }
        if message.contains("mapping values are not allowed") { return hint(forColonIn: line, after: lineBefore) }
        return usual.first { message.contains($0.message) }?.hint
    }

    /// What libyaml says, and what nearly always has to be done about it.
    private static let usual: [(message: String, hint: String)] = [
        ("scanning an alias", "quote the value: '*' begins an alias"),
        ("scanning an anchor", "quote the value: '&' begins an anchor"),
        ("unexpected end of stream", "close the quote or the bracket"),
        ("document indicator", "close the quote or the bracket"),
        ("expected ',' or", "close the bracket, or put a comma between the items"),
        ("escape character", "use single quotes: in double quotes a backslash begins an escape"),
        ("could not find expected ':'", "write 'key: value', with a space after the colon"),
        ("expected key", "check the indentation: neighbours must begin in the same column"),
        ("expected '-' indicator", "check the indentation: neighbours must begin in the same column"),
    ]

    private static func hint(forColonIn line: Substring, after lineBefore: Substring) -> String {
        if lacksSpaceAfterColon(lineBefore) { return "write 'key: value', with a space after the colon" }
        let value = line.firstIndex(of: ":").map { line[line.index(after: $0)...] } ?? ""
        return value.contains(": ")
            ? "quote the value: a plain value can't contain ': '"
            : "indent this line like its neighbours, or quote the value of the line before"
    }

    private static func lacksSpaceAfterColon(_ line: Substring) -> Bool {
        line.contains(":") && !line.contains(": ") && line.last != ":"
    }

    private static func hasUnquotedTemplate(_ line: Substring) -> Bool {
        line.contains(": {{") || line.contains("- {{") || line.contains(": {%") || line.contains("- {%")
    }
}
