extension ExpressionNode {
    /// The variable that an attribute or an item is finally read from.
    var rootName: String? {
        switch kind {
        case .name(let name): name
        case .attribute(let base, _), .item(let base, _), .slice(let base, _): base.rootName
        default: nil
        }
    }

    /// Of `a + b + c` all three: a long sum is a deep tree, which is not walked by recursion.
    private var operands: [ExpressionNode] {
        var found: [ExpressionNode] = []
        var node = self
        while case .arithmetic(_, let left, let right) = node.kind {
            found.append(right)
            node = left
        }
        return [node] + found.reversed()
    }

    /// The expressions that this one is made of.
    var children: [ExpressionNode] {
        switch kind {
        case .literal, .name: []
        case .list(let items), .tuple(let items), .concatenation(let items): items
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .negative(let operand), .positive(let operand), .not(let operand), .attribute(let operand, _): [operand]
        case .and(let left, let right), .or(let left, let right), .item(let left, let right): [left, right]
        case .arithmetic: operands
        case .comparison(let first, let rest): [first] + rest.map(\.operand)
        case .conditional(let test, let then, let otherwise): [test, then] + (otherwise.map { [$0] } ?? [])
        case .slice(let base, let slice): [base] + [slice.start, slice.stop, slice.step].compactMap(\.self)
        case .call(let callee, let arguments): [callee] + arguments.all
        case .filter(let base, let filter): [base] + filter.arguments.all
        case .test(let base, let test): [base] + test.arguments.all
        }
    }
}
