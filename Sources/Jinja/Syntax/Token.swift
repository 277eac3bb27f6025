import YAML

/// One piece of a template as the lexer sees it.
struct Token: Sendable {
    enum Kind: Sendable, Hashable {
        /// Text outside tags.
        case text(String)
        case variableBegin, variableEnd, blockBegin, blockEnd
        case name(String)
        case string(String)
        case integer(Int)
        case float(Double)
        case symbol(Symbol)
        case end
    }

    var kind: Kind
    /// Where it begins, in Unicode scalars.
    var offset: Int
}

/// Jinja's operators and brackets.
enum Symbol: String, Sendable, CaseIterable {
    case add = "+"
    case subtract = "-"
    case divide = "/"
    case floorDivide = "//"
    case multiply = "*"
    case remainder = "%"
    case power = "**"
    case concatenate = "~"
    case leftBracket = "["
    case rightBracket = "]"
    case leftParenthesis = "("
    case rightParenthesis = ")"
    case leftBrace = "{"
    case rightBrace = "}"
    case equal = "=="
    case notEqual = "!="
    case greater = ">"
    case greaterOrEqual = ">="
    case less = "<"
    case lessOrEqual = "<="
    case assign = "="
    case dot = "."
    case colon = ":"
    case pipe = "|"
    case comma = ","
    case semicolon = ";"

    /// The bracket that closes this one.
    var closer: Symbol? {
        switch self {
        case .leftBracket: .rightBracket
        case .leftParenthesis: .rightParenthesis
        case .leftBrace: .rightBrace
        default: nil
        }
    }

    var isCloser: Bool { self == .rightBracket || self == .rightParenthesis || self == .rightBrace }
}

extension Token.Kind {
    /// What an error message calls it.
    var description: String {
        switch self {
        case .text: "text"
        case .variableBegin: "the start of an expression"
        case .variableEnd: "the end of the expression"
        case .blockBegin: "the start of a block"
        case .blockEnd: "the end of the tag"
        case .name(let name): "'\(name)'"
        case .string(let text): "the string \(PythonText.representation(of: text))"
        case .integer(let number): "'\(number)'"
        case .float(let number): "'\(PythonText.representation(of: number))'"
        case .symbol(let symbol): "'\(symbol.rawValue)'"
        case .end: "the end of the text"
        }
    }
}
