import Remote

/// A command line split into words as a POSIX shell would, without running anything in it: `command` and `validate`.
struct CommandWords: Hashable, Sendable {
    var words: [String]

    init(_ words: [String]) {
        self.words = words
    }

    /// - Throws: `CommandWordsError` for an open quote or a backslash at the end.
    init(splitting line: String) throws(CommandWordsError) {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var characters = line.makeIterator()
        while let character = characters.next() {
            if let open = quote {
                switch character {
                case open: quote = nil
                case "\\" where open == "\"":
                    guard let next = characters.next() else { throw .openQuote }
                    word?.append(next == "\"" || next == "\\" ? "\(next)" : "\\\(next)")
                default: word?.append(character)
                }
            } else if character.isWhitespace {
                if let word { words.append(word) }
                word = nil
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character == "\\" {
                guard let next = characters.next() else { throw .trailingBackslash }
                word = (word ?? "") + String(next)
            } else {
                word = (word ?? "") + String(character)
            }
        }
        guard quote == nil else { throw .openQuote }
        if let word { words.append(word) }
        self.words = words
    }

    /// The command with each `%s` replaced by shell text that stands for a file.
    func shell(with file: Shell) -> Shell {
        let quoted = words.map { word in
            word.split(separator: "%s", omittingEmptySubsequences: false)
                .map { $0.isEmpty ? "" : Shell.quote(String($0)) }
                .joined(separator: file.text)
        }
        return Shell(verbatim: quoted.joined(separator: " "))
    }

    /// The program in place of the shell, so that its name never means something built into the shell; variables and a
    /// leading `~` are filled in on the host if asked.
    func shell(expanding: Bool) -> Shell {
        let quoted = words.map { expanding ? Self.expanding($0) : Shell.quote($0) }
        return .lines([
            Shell(verbatim: "set -- " + quoted.joined(separator: " ")), CommandObstacle.search, "exec \"$@\"",
        ])
    }

    /// `$NAME` and `${NAME}` stay as written when the host has no such variable, as Python's expandvars leaves them.
    private static func expanding(_ word: String) -> String {
        guard word.hasPrefix("~") || word.utf8.contains(UInt8(ascii: "$")) else { return Shell.quote(word) }
        var text = ""
        var rest = word[...]
        if let tilde = rest.prefixMatch(of: /~[A-Za-z0-9_.-]*(?=\/|$)/) {
            text += tilde.output
            rest = rest[tilde.range.upperBound...]
        }
        while let variable = rest.firstMatch(of: /\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})/) {
            let literal = rest[..<variable.range.lowerBound]
            let name = variable.output.1 ?? variable.output.2 ?? ""
            let unset = variable.output.0.replacing("$", with: "\\$").replacing("}", with: "\\}")
            text += (literal.isEmpty ? "" : Shell.quote(String(literal))) + "\"${\(name)-\(unset)}\""
            rest = rest[variable.range.upperBound...]
        }
        return text + (rest.isEmpty && !text.isEmpty ? "" : Shell.quote(String(rest)))
    }
}

/// Why a command line can't be split.
enum CommandWordsError: Error, Hashable, CustomStringConvertible {
    case openQuote
    case trailingBackslash

    var description: String {
        switch self {
        case .openQuote: "a quote is not closed"
        case .trailingBackslash: "ends with a backslash"
        }
    }
}

extension Arguments {
    /// A command line's words, or nil.
    func words(_ name: String) throws -> CommandWords? {
        guard let line = try string(name) else { return nil }
        do { return try CommandWords(splitting: line) } catch { throw problem(name, "\(error)") }
    }

    /// `validate`: a command line with `%s`.
    func validation() throws -> CommandWords? {
        guard let words = try words("validate") else { return nil }
        guard words.words.contains(where: { $0.contains("%s") }) else {
            throw problem("validate", "lacks %s", hint: "write %s where the command takes the new file's path")
        }
        return words
    }
}
