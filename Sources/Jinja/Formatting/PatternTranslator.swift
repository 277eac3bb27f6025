/// Rewrites what Python's `re` and Swift's `Regex` spell or mean differently.
struct PatternTranslator {
    private var rest: ArraySlice<Unicode.Scalar>
    private var result = String.UnicodeScalarView()
    private var groups = 0

    private let isMultiline: Bool

    static func translated(_ pattern: String, isMultiline: Bool) throws -> (pattern: String, groups: Int) {
        let isMultiline = isMultiline || pattern.hasPrefix("(?m)")
        var translator = PatternTranslator(rest: Array(pattern.unicodeScalars)[...], isMultiline: isMultiline)
        while let scalar = translator.rest.popFirst() { try translator.translate(scalar) }
        return (String(translator.result), translator.groups)
    }

    private init(rest: ArraySlice<Unicode.Scalar>, isMultiline: Bool) {
        self.rest = rest
        self.isMultiline = isMultiline
    }

    private mutating func translate(_ scalar: Unicode.Scalar) throws {
        switch scalar {
        case "\\": try translateEscape(inClass: false)
        case "[": try translateClass()
        case "$": result.append(contentsOf: (isMultiline ? "(?=\\n|\\z)" : "(?=\\n?\\z)").unicodeScalars)
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
