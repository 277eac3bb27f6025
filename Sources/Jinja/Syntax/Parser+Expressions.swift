import YAML

/// Operators, from the weakest to the strongest.
extension Parser {
    mutating func parseExpression(allowingCondition: Bool = true) throws -> ExpressionNode {
        try nested { parser in
            allowingCondition ? try parser.parseConditional() : try parser.parseOr()
        }
    }

    private mutating func parseConditional() throws -> ExpressionNode {
        var expression = try parseOr()
        while isAt("if") {
            let offset = current.offset
            advance()
            let test = try parseOr()
            let otherwise = skip("else") ? try nested { try $0.parseConditional() } : nil
            expression = ExpressionNode(
                kind: .conditional(test: test, then: expression, otherwise: otherwise), offset: offset)
        }
        return expression
    }

    private mutating func parseOr() throws -> ExpressionNode {
        var left = try parseAnd()
        while isAt("or") {
            let offset = current.offset
            advance()
            left = ExpressionNode(kind: .or(left, try parseAnd()), offset: offset)
        }
        return left
    }

    private mutating func parseAnd() throws -> ExpressionNode {
        var left = try parseNot()
        while isAt("and") {
            let offset = current.offset
            advance()
            left = ExpressionNode(kind: .and(left, try parseNot()), offset: offset)
        }
        return left
    }

    private mutating func parseNot() throws -> ExpressionNode {
        guard isAt("not") else { return try parseComparison() }
        let offset = current.offset
        advance()
        return ExpressionNode(kind: .not(try nested { try $0.parseNot() }), offset: offset)
    }

    private mutating func parseComparison() throws -> ExpressionNode {
        let first = try parseArithmetic(.sum)
        let offset = current.offset
        var rest: [(symbol: ComparisonOperator, operand: ExpressionNode)] = []
        while let comparison = skipComparison() {
            rest.append((comparison, try parseArithmetic(.sum)))
        }
        return rest.isEmpty ? first : ExpressionNode(kind: .comparison(first, rest), offset: offset)
    }

    private mutating func skipComparison() -> ComparisonOperator? {
        switch current.kind {
        case .symbol(let symbol):
            guard let comparison = ComparisonOperator(rawValue: symbol.rawValue) else { return nil }
            advance()
            return comparison
        case .name("in"):
            advance()
            return .contained
        case .name("not") where next.kind == .name("in"):
            advance()
            advance()
            return .notContained
        default: return nil
        }
    }

    /// The levels of left-associative arithmetic; `~` stands between sums and products.
    private enum Level {
        case sum, concatenation, product, power

        func arithmetic(_ symbol: Symbol) -> ArithmeticOperator? {
            switch (self, symbol) {
            case (.sum, .add), (.sum, .subtract), (.product, .multiply), (.product, .divide),
                (.product, .floorDivide), (.product, .remainder), (.power, .power):
                ArithmeticOperator(rawValue: symbol.rawValue)
            default: nil
            }
        }
    }

    private mutating func parseArithmetic(_ level: Level) throws -> ExpressionNode {
        var left = try parseOperand(of: level)
        while case .symbol(let symbol) = current.kind, let arithmetic = level.arithmetic(symbol) {
            let offset = current.offset
            advance()
            left = ExpressionNode(kind: .arithmetic(arithmetic, left, try parseOperand(of: level)), offset: offset)
        }
        return left
    }

    private mutating func parseOperand(of level: Level) throws -> ExpressionNode {
        switch level {
        case .sum: try parseConcatenation()
        case .concatenation: try parseArithmetic(.product)
        case .product: try parseArithmetic(.power)
        case .power: try parseUnary()
        }
    }

    private mutating func parseConcatenation() throws -> ExpressionNode {
        let offset = current.offset
        var parts = [try parseOperand(of: .concatenation)]
        while skip(.concatenate) { parts.append(try parseOperand(of: .concatenation)) }
        return parts.count == 1 ? parts[0] : ExpressionNode(kind: .concatenation(parts), offset: offset)
    }

    /// A sign, or a value with what is attached to it. As in Jinja, filters bind weaker than a sign.
    mutating func parseUnary(withFilters: Bool = true) throws -> ExpressionNode {
        let offset = current.offset
        var node: ExpressionNode
        if skip(.subtract) {
            node = ExpressionNode(kind: .negative(try nested { try $0.parseUnary(withFilters: false) }), offset: offset)
        } else if skip(.add) {
            node = ExpressionNode(kind: .positive(try nested { try $0.parseUnary(withFilters: false) }), offset: offset)
        } else {
            node = try parsePrimary()
        }
        node = try parsePostfix(node)
        return withFilters ? try parseFiltersAndTests(node) : node
    }
}
