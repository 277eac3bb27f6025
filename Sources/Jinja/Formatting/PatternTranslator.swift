/// Rewrites what Python's `re` and Swift's `Regex` spell or mean differently.
struct PatternTranslator {
    private var rest: ArraySlice<Unicode.Scalar>
    private var result = String.UnicodeScalarView()
    private var groups = 0

    static func translated(_ pattern: String) throws -> (pattern: String, groups: Int) {
        var translator = PatternTranslator(rest: Array(pattern.unicodeScalars)[...])
        while let scalar = translator.rest.popFirst() { try translator.translate(scalar) }
        return (String(translator.result), translator.groups)
    }

    private init(rest: ArraySlice<Unicode.Scalar>) { self.rest = rest }

    private mutating func translate(_ scalar: Unicode.Scalar) throws {
        switch scalar {
        case "\\": try translateEscape(inClass: false)
        case "[": try translateClass()
        case "(":
            if rest.first != "?" || rest.starts(with: "?P<".unicodeScalars) { groups += 1 }
            result.append(scalar)
        default: result.append(scalar)
        }
    }

    private mutating func translateEscape(inClass: Bool) throws {
        guard let letter = rest.popFirst() else { throw Fault("the regular expression ends in a backslash") }
        switch letter {
        case "Z" where !inClass: result.append(contentsOf: "\\z".unicodeScalars)
        case "A"..."Z", "a"..."z", "0"..."9": result.append(contentsOf: ["\\", letter])
        case _ where !letter.isASCII: result.append(letter)
        default:
            let isSyntax = "\\^$.|?*+()[]{}/-&~#".unicodeScalars.contains(letter)
            if isSyntax { result.append("\\") }
            result.append(letter)
        }
    }

    /// A class in brackets: in Python a `[` inside is itself, and `&&`, `--`, `~~` are no operators.
    private mutating func translateClass() throws {
        result.append("[")
        if rest.first == "^", let caret = rest.popFirst() { result.append(caret) }
        if rest.first == "]" {
            rest.removeFirst()
            result.append(contentsOf: "\\]".unicodeScalars)
        }
        while let scalar = rest.popFirst() {
            switch scalar {
            case "]":
                result.append("]")
                return
            case "\\": try translateEscape(inClass: true)
            case "[", "&", "~": result.append(contentsOf: ["\\", scalar])
            case "-" where rest.first == "-": result.append(contentsOf: ["\\", scalar])
            default: result.append(scalar)
            }
        }
        throw Fault("a '[' of the regular expression is never closed")
    }
}
