import YAML

/// A parsed expression with the offset that errors about it point at.
struct ExpressionNode: Sendable {
    var kind: Kind
    var offset: Int

    indirect enum Kind: Sendable {
        case literal(Value)
        case name(String)
        case list([ExpressionNode])
        /// A list everywhere but as the right operand of `%`.
        case tuple([ExpressionNode])
        case map([(key: ExpressionNode, value: ExpressionNode)])
        case negative(ExpressionNode)
        case positive(ExpressionNode)
        case not(ExpressionNode)
        case and(ExpressionNode, ExpressionNode)
        case or(ExpressionNode, ExpressionNode)
        case arithmetic(ArithmeticOperator, ExpressionNode, ExpressionNode)
        case concatenation([ExpressionNode])
        case comparison(ExpressionNode, [(symbol: ComparisonOperator, operand: ExpressionNode)])
        /// `then if test else otherwise`.
        case conditional(test: ExpressionNode, then: ExpressionNode, otherwise: ExpressionNode?)
        case attribute(ExpressionNode, String)
        case item(ExpressionNode, ExpressionNode)
        case slice(ExpressionNode, SliceNode)
        case call(ExpressionNode, ArgumentNodes)
        case filter(ExpressionNode, FilterNode)
        case test(ExpressionNode, TestNode)
    }
}

enum ArithmeticOperator: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case floorDivide = "//"
    case remainder = "%"
    case power = "**"
}

enum ComparisonOperator: String, Sendable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case contained = "in"
    case notContained = "not in"
}

struct SliceNode: Sendable {
    var start: ExpressionNode?
    var stop: ExpressionNode?
    var step: ExpressionNode?
}

/// The arguments of a call, a filter or a test as written.
struct ArgumentNodes: Sendable {
    var positional: [ExpressionNode] = []
    var named: [(name: String, value: ExpressionNode)] = []
    /// `*list` and `**map`.
    var spread: ExpressionNode?
    var namedSpread: ExpressionNode?

    var isEmpty: Bool { positional.isEmpty && named.isEmpty && spread == nil && namedSpread == nil }
    var all: [ExpressionNode] { positional + named.map(\.value) + [spread, namedSpread].compactMap(\.self) }
}

/// `| name(arguments)`, already looked up.
struct FilterNode: Sendable {
    var name: String
    var filter: Filter
    var arguments: ArgumentNodes
    var offset: Int
}

/// `is name(arguments)`, already looked up.
struct TestNode: Sendable {
    var name: String
    var test: Test
    var arguments: ArgumentNodes
    var offset: Int
}
