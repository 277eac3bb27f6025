/// What a statement does, by its first words: this decides how it is run, and what can be found out about it when it
/// was interrupted.
package enum StatementKind: Hashable, Sendable {
    /// Changes rows: runs in one transaction with the note of its outcome, so that an interruption undoes both.
    case rows
    /// Changes definitions and commits by itself: an interrupted one is looked up in information_schema.
    case definition
    /// Settings of the session: needed again by each run that goes on with the file.
    case session
    /// Changes nothing that a second time would change again.
    case repeatable
    /// Anything else: nobody but a person can tell whether an interrupted one took effect.
    case opaque
    /// Begins or ends transactions, locks tables, or chooses another database: the run does that itself.
    case control
}

extension SQLStatement {
    /// Words and signs outside of strings and comments; quoted names stand for themselves, everything in upper case.
    package var words: [String] { SQLWords(text).all }

    package var kind: StatementKind {
        let words = words
        switch words.first {
        case "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH": return .rows
        case "CREATE", "ALTER", "DROP", "RENAME": return Self.isVisible(words) ? .definition : .opaque
        case "SET": return .session
        case "SELECT", "DO", "SHOW", "ANALYZE", "OPTIMIZE", "CHECK", "TABLE", "VALUES": return .repeatable
        case "START", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "LOCK", "UNLOCK", "USE", "XA":
            return .control
        default: return .opaque
        }
    }

    /// Whether information_schema shows what it defines; accounts and the like are not in there.
    private static func isVisible(_ words: [String]) -> Bool {
        let objects: Set = ["TABLE", "INDEX", "VIEW", "TRIGGER", "PROCEDURE", "FUNCTION"]
        return words.prefix(12).contains { objects.contains($0) } && !words.contains("TEMPORARY")
    }
}

/// Cuts a statement into words.
private struct SQLWords {
    private(set) var all: [String] = []
    private var word = ""

    init(_ text: String) {
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "'", "\"": skip(scalar, in: &rest)
            case "`": quotedName(in: &rest)
            case "#": skipLine(&rest)
            case "-" where rest.first == "-": skipLine(&rest)
            case "/" where rest.first == "*": skipComment(&rest)
            case "*" where rest.first == "/" && !all.isEmpty: rest.removeFirst()
            default: take(scalar)
            }
        }
        end()
    }

    private mutating func take(_ scalar: Unicode.Scalar) {
        guard !scalar.properties.isWhitespace else { return end() }
        let isPart =
            scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            || "_$".unicodeScalars.contains(scalar)
        guard isPart else {
            end()
            all.append(String(scalar))
            return
        }
        word += String(scalar).uppercased()
    }

    private mutating func end() {
        if !word.isEmpty { all.append(word) }
        word = ""
    }

    private mutating func skip(_ quote: Unicode.Scalar, in rest: inout Substring.UnicodeScalarView) {
        end()
        while let scalar = rest.popFirst() {
            if scalar == "\\" { _ = rest.popFirst() } else if scalar == quote { break }
        }
        all.append("''")
    }

    private mutating func quotedName(in rest: inout Substring.UnicodeScalarView) {
        end()
        var name = ""
        while let scalar = rest.popFirst(), scalar != "`" { name.unicodeScalars.append(scalar) }
        all.append("`\(name)`")
    }

    private mutating func skipLine(_ rest: inout Substring.UnicodeScalarView) {
        end()
        while let scalar = rest.popFirst(), scalar != "\n" {}
    }

    /// What stands in `/*! … */` is run, so it is read; other comments are passed over.
    private mutating func skipComment(_ rest: inout Substring.UnicodeScalarView) {
        end()
        rest.removeFirst()
        if rest.first == "!" {
            rest.removeFirst()
            while rest.first.map({ $0.properties.numericType != nil }) == true { rest.removeFirst() }
            return
        }
        while let scalar = rest.popFirst(), !(scalar == "*" && rest.first == "/") {}
        _ = rest.popFirst()
    }
}
