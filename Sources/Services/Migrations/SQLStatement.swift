import Digests

/// One statement of a file of SQL, without its semicolon.
package struct SQLStatement: Hashable, Sendable {
    package let text: String
    /// Of its first character, from 1.
    package let line: Int

    /// SHA-256 of the text, hexadecimal.
    package var checksum: String { SHA256.hex(text.utf8) }

    /// Its beginning on one line, for messages.
    package var excerpt: String {
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.count > 120 ? "\(words.prefix(117))..." : words
    }

    /// What keeps a file from being cut into statements.
    package struct SplitError: Error, Hashable, Sendable {
        package let line: Int
        package let reason: String
    }

    /// Cuts at semicolons outside of strings, quoted names and comments, by MySQL's rules
    /// (dev.mysql.com/doc/refman: "Comments", "String Literals"). Comments between statements are dropped, except
    /// `/*! … */`, which MySQL runs.
    package static func split(_ sql: String) throws(SplitError) -> [SQLStatement] {
        var splitter = SQLSplitter(sql)
        return try splitter.statements()
    }
}

/// Walks over the bytes: all that matters is ASCII, which never occurs inside another UTF-8 character.
private struct SQLSplitter {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var start: (position: Int, line: Int)?
    private var found: [SQLStatement] = []

    init(_ sql: String) {
        bytes = Array(sql.utf8)
    }

    mutating func statements() throws(SQLStatement.SplitError) -> [SQLStatement] {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: ";"):
                try finish()
                advance()
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): try skipQuoted()
            case UInt8(ascii: "#"): skipLine()
            case UInt8(ascii: "-") where isDashComment: skipLine()
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"): try skipBlockComment()
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): advance()
            default:
                begin()
                advance()
            }
        }
        try finish()
        return found
    }

    private func peek(_ offset: Int) -> UInt8? {
        position + offset < bytes.count ? bytes[position + offset] : nil
    }

    /// `--` starts a comment only before white space or the end.
    private var isDashComment: Bool {
        guard peek(1) == UInt8(ascii: "-") else { return false }
        return peek(2).map { $0 <= 0x20 } ?? true
    }

    private mutating func advance() {
        if bytes[position] == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }

    private mutating func begin() {
        if start == nil { start = (position, line) }
    }

    private mutating func finish() throws(SQLStatement.SplitError) {
        guard let (from, firstLine) = start else { return }
        start = nil
        let text = String(decoding: bytes[from..<position], as: UTF8.self)
        if text.lowercased().hasPrefix("delimiter") {
            throw SQLStatement.SplitError(
                line: firstLine, reason: "DELIMITER is a command of the mysql program, not SQL; it is not supported")
        }
        found.append(SQLStatement(text: text, line: firstLine))
    }

    /// A string or name: a doubled quote stands for itself, a backslash takes the next character, not in names.
    private mutating func skipQuoted() throws(SQLStatement.SplitError) {
        begin()
        let quote = bytes[position]
        let opened = line
        advance()
        while position < bytes.count {
            let byte = bytes[position]
            advance()
            if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "`"), position < bytes.count {
                advance()
            } else if byte == quote {
                guard position < bytes.count, bytes[position] == quote else { return }
                advance()
            }
        }
        throw SQLStatement.SplitError(line: opened, reason: "a quote is opened and not closed")
    }

    private mutating func skipLine() {
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { advance() }
    }

    private mutating func skipBlockComment() throws(SQLStatement.SplitError) {
        if peek(2) == UInt8(ascii: "!") { begin() }
        let opened = line
        advance()
        advance()
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                advance()
                return advance()
            }
            advance()
        }
        throw SQLStatement.SplitError(line: opened, reason: "a comment is opened and not closed")
    }
}
