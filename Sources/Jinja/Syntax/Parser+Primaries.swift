import YAML

/// Names, literals, lists, mappings and parentheses.
extension Parser {
    mutating func parsePrimary() throws -> ExpressionNode {
        let token = current
        switch token.kind {
        case .name(let name):
            advance()
            return ExpressionNode(kind: kind(ofName: name), offset: token.offset)
        case .string(let text):
            advance()
            return ExpressionNode(kind: .literal(.string(text + joinedStrings())), offset: token.offset)
        case .integer(let number):
            advance()
            return ExpressionNode(kind: .literal(.int(number)), offset: token.offset)
        case .float(let number):
            advance()
            return ExpressionNode(kind: .literal(.float(number)), offset: token.offset)
        case .symbol(.leftParenthesis):
            advance()
            let inner = try parseTuple(allowsEmpty: true)
            try expect(.rightParenthesis)
            return inner
        case .symbol(.leftBracket): return try parseList()
        case .symbol(.leftBrace): return try parseMap()
        default: throw unexpected(wanted: "a value")
        }
    }

    private mutating func kind(ofName name: String) -> ExpressionNode.Kind {
        switch name {
        case "true", "True": return .literal(.bool(true))
        case "false", "False": return .literal(.bool(false))
        case "none", "None": return .literal(.null)
        default:
            if Macro.implicitNames.contains(name) { implicitNames.insert(name) }
            return .name(name)
        }
    }

    /// Strings that follow each other are one string.
    private mutating func joinedStrings() -> String {
        var text = ""
        while case .string(let more) = current.kind {
            text += more
            advance()
        }
        return text
    }

    private mutating func parseList() throws -> ExpressionNode {
        let offset = current.offset
        try expect(.leftBracket)
        var items: [ExpressionNode] = []
        while !isAt(.rightBracket) {
            if !items.isEmpty { try expect(.comma) }
            if isAt(.rightBracket) { break }
            items.append(try parseExpression())
        }
        try expect(.rightBracket)
        return ExpressionNode(kind: .list(items), offset: offset)
    }

    private mutating func parseMap() throws -> ExpressionNode {
        let offset = current.offset
        try expect(.leftBrace)
        var entries: [(key: ExpressionNode, value: ExpressionNode)] = []
        while !isAt(.rightBrace) {
            if !entries.isEmpty { try expect(.comma) }
            if isAt(.rightBrace) { break }
            let key = try parseExpression()
            try expect(.colon)
            entries.append((key, try parseExpression()))
        }
        try expect(.rightBrace)
        return ExpressionNode(kind: .map(entries), offset: offset)
    }

    /// One expression, or several with commas between them.
    mutating func parseTuple(
        allowsEmpty: Bool = false, allowingCondition: Bool = true, endingBefore endName: String? = nil
    ) throws -> ExpressionNode {
        let offset = current.offset
        var items: [ExpressionNode] = []
        var hasComma = false
        while !isAtTupleEnd(endName) {
            items.append(try parseExpression(allowingCondition: allowingCondition))
            guard skip(.comma) else { break }
            hasComma = true
        }
        if !hasComma, let only = items.first { return only }
        guard !items.isEmpty || allowsEmpty else { throw unexpected(wanted: "an expression") }
        return ExpressionNode(kind: .tuple(items), offset: offset)
    }

    private func isAtTupleEnd(_ endName: String?) -> Bool {
        switch current.kind {
        case .variableEnd, .blockEnd, .symbol(.rightParenthesis): true
        case .name(let name): name == endName
        default: false
        }
    }
}
