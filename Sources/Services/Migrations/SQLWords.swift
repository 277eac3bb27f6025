/// Cuts a statement into words.
struct SQLWords {
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
