/// Reads a statement's words from the front.
struct WordReader {
    private var words: ArraySlice<String>

    init(_ words: [String]) { self.words = words[...] }

    var first: String? { words.first }
    var isAtEnd: Bool { words.isEmpty }

    func contains(_ word: String) -> Bool { words.contains(word) }

    mutating func next() -> String? { words.popFirst() }

    /// Passes over these words when they come next.
    mutating func take(_ expected: String...) -> Bool {
        guard words.starts(with: expected) else { return false }
        words.removeFirst(expected.count)
        return true
    }

    /// Passes over everything up to a word, and over that.
    mutating func skip(to word: String) -> Bool {
        guard let index = words.firstIndex(of: word) else { return false }
        words = words[(index + 1)...]
        return true
    }

    /// A name, in small letters; nil for one of another database, and where none is.
    mutating func name() -> String? {
        guard let word = words.first, let scalar = word.unicodeScalars.first,
            scalar == "`" || scalar == "_" || scalar == "$" || scalar.properties.isAlphabetic
                || scalar.properties.numericType != nil
        else { return nil }
        words.removeFirst()
        guard words.first != "." else { return nil }
        return word.filter { $0 != "`" }.lowercased()
    }

    /// Passes over what may stand between `CREATE` or `ALTER` and the kind of object.
    mutating func skipObjectOptions() {
        while let word = words.first {
            switch word {
            case "UNIQUE", "FULLTEXT", "SPATIAL", "AGGREGATE": words.removeFirst()
            case "SQL": words = words.dropFirst(3)
            case "ALGORITHM": words = words.dropFirst(3)
            case "DEFINER": skipDefiner()
            default: return
            }
        }
    }

    /// `DEFINER = CURRENT_USER()`, or `DEFINER = name@host`.
    private mutating func skipDefiner() {
        words = words.dropFirst(3)
        _ = take("(", ")")
        if take("@") { words = words.dropFirst() }
    }

    /// What is between the commas that stand in no parentheses.
    mutating func clauses() -> [[String]] {
        var found: [[String]] = [[]]
        var depth = 0
        while let word = words.popFirst() {
            if word == "(" { depth += 1 }
            if word == ")" { depth -= 1 }
            if word == ",", depth == 0 { found.append([]) } else { found[found.count - 1].append(word) }
        }
        return found
    }
}
