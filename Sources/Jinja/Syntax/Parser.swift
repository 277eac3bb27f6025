import Diagnostics

/// Recursive descent over the tokens of one template or expression.
struct Parser {
    let source: Source
    let tokens: [Token]
    var index = 0
    /// How deep the expressions and blocks being read are nested.
    var depth = 0
    /// The blocks that are open, for "never closed" and "unexpected end".
    var openBlocks: [(name: String, offset: Int)] = []
    /// The implicit macro variables read so far in the macro being parsed.
    var implicitNames: Set<String> = []
    /// The mistakes behind which the reading went on.
    var problems: [Problem] = []
    /// The text has ended with blocks open, which is told.
    var isTruncated = false

    static let deepest = 100

    init(_ source: Source, tokens: [Token]) {
        self.source = source
        self.tokens = tokens
    }

    /// Parses a whole template.
    /// - Throws: `Problem`, the first.
    static func template(_ source: Source, tokens: [Token]) throws -> [StatementNode] {
        var parser = Parser(source, tokens: tokens)
        let body = parser.parseWholeBody()
        if let first = parser.problems.first { throw first }
        return body
    }

    /// Every mistake in a template, and what it reads.
    static func mistakes(
        in source: Source, _ lex: () throws -> [Token]
    ) -> (problems: [Problem], references: References) {
        do {
            var parser = Parser(source, tokens: try lex())
            let body = parser.parseWholeBody()
            return (parser.problems, ReferenceCollector.references(of: body, in: source))
        } catch let problem as Problem {
            return ([problem], References())
        } catch {
            return ([], References())
        }
    }

    /// Parses a text that is one bare expression.
    static func expression(_ source: Source, tokens: [Token]) throws -> ExpressionNode {
        var parser = Parser(source, tokens: tokens)
        let expression = try parser.parseExpression()
        guard case .end = parser.current.kind else { throw parser.unexpected(wanted: "the end of the expression") }
        return expression
    }

    var current: Token { tokens[min(index, tokens.count - 1)] }
    var next: Token { tokens[min(index + 1, tokens.count - 1)] }

    mutating func advance() { index += 1 }

    func fault(_ message: String, at offset: Int? = nil, hint: String? = nil) -> Problem {
        source.problem(message, at: offset ?? current.offset, hint: hint)
    }

    /// The problem that the current token is not what was wanted here.
    func unexpected(wanted: String? = nil) -> Problem {
        let wanted = wanted.map { ", expected \($0)" } ?? ""
        return fault("unexpected \(current.kind.description)\(wanted)")
    }

    func isAt(_ symbol: Symbol) -> Bool { current.kind == .symbol(symbol) }
    func isAt(_ name: String) -> Bool { current.kind == .name(name) }

    mutating func skip(_ symbol: Symbol) -> Bool {
        guard isAt(symbol) else { return false }
        advance()
        return true
    }

    mutating func skip(_ name: String) -> Bool {
        guard isAt(name) else { return false }
        advance()
        return true
    }

    mutating func expect(_ symbol: Symbol) throws {
        guard skip(symbol) else { throw unexpected(wanted: "'\(symbol.rawValue)'") }
    }

    mutating func expect(_ name: String) throws {
        guard skip(name) else { throw unexpected(wanted: "'\(name)'") }
    }

    mutating func expect(_ kind: Token.Kind) throws {
        guard current.kind == kind else { throw unexpected(wanted: kind.description) }
        advance()
    }

    mutating func expectName(_ what: String) throws -> String {
        guard case .name(let name) = current.kind else { throw unexpected(wanted: what) }
        advance()
        return name
    }

    /// Runs the reading of something nested; refuses what is nested too deeply to be read safely.
    mutating func nested<Result>(_ read: (inout Parser) throws -> Result) throws -> Result {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Parser.deepest else { throw fault("the template is nested too deeply") }
        return try read(&self)
    }
}
