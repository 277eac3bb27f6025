package import Diagnostics
package import YAML

/// A bare Jinja expression, such as `when:`, `until:` or `that:` hold.
package struct Expression: Sendable {
    private let source: Source
    private let node: ExpressionNode
    /// The variables that the expression reads.
    package let references: References

    /// - Throws: `Problem` with the place of the first syntax error.
    package init(_ text: String, origin: TextOrigin) throws {
        source = Source(text, origin: origin)
        let tokens = Expression.withoutBraces(try Lexer.expression(source))
        if case .end? = tokens.first?.kind { throw source.problem("the expression is empty", at: 0) }
        node = try Parser.expression(source, tokens: tokens)
        references = ReferenceCollector.references(of: node, in: source)
    }

    /// The value of an expression that is nothing but a value; nil for any other.
    private var constant: Value? {
        guard case .literal(let value) = node.kind else { return nil }
        return value
    }

    /// The value of the expression.
    /// - Throws: `Problem` with the place in the expression.
    package func evaluate(in scope: any Scope, environment: any Environment) throws -> Value {
        try Evaluator(source: source, scope: scope, environment: environment).value(of: node)
    }

    /// Whether a condition holds. As in Ansible 2.19, only a real boolean is an answer.
    /// - Throws: `Problem` when it evaluates to anything else.
    package func condition(in scope: any Scope, environment: any Environment) throws -> Bool {
        let value = try evaluate(in: scope, environment: environment)
        if let flag = value.bool { return flag }
        throw noCondition(value)
    }

    private func noCondition(_ value: Value) -> Problem {
        source.problem("the condition is \(value.kind), not a boolean", at: 0, hint: Expression.hint(for: value))
    }

    /// What is wrong with it as a condition, whatever the host.
    package var mistakeAsCondition: Problem? {
        guard let constant, constant.bool == nil else { return nil }
        return noCondition(constant)
    }

    /// Old playbooks write conditions in `{{ }}`; Ansible 2.19 still takes them.
    private static func withoutBraces(_ tokens: [Token]) -> [Token] {
        let kinds = tokens.map(\.kind)
        let braces: (Symbol) -> [Token.Kind] = { [.symbol($0), .symbol($0)] }
        guard kinds.count > 5, kinds.starts(with: braces(.leftBrace)),
            kinds.dropLast().suffix(2).elementsEqual(braces(.rightBrace))
        else { return tokens }
        return tokens.dropFirst(2).dropLast(3) + tokens.suffix(1)
    }

    private static func hint(for value: Value) -> String {
        switch value {
        case .string: "compare it, or convert it with '| bool'"
        case .list, .map: "ask for '| length > 0'"
        case .null: "ask for 'is not none'"
        default: "compare it, or convert it with '| bool'"
        }
    }
}
