import Diagnostics
import OrderedCollections
import YAML

extension Evaluator {
    /// The value of an expression; errors without a place get the expression's.
    func evaluate(_ node: ExpressionNode) throws -> Datum {
        try located(at: node.offset) {
            try enter()
            defer { leave() }
            return try evaluateKind(node)
        }
    }

    func value(of node: ExpressionNode) throws -> Value {
        let datum = try evaluate(node)
        return try located(at: node.offset) { try datum.value() }
    }

    func isTrue(_ node: ExpressionNode) throws -> Bool {
        let datum = try evaluate(node)
        return try located(at: node.offset) { try datum.isTrue() }
    }

    private func evaluateKind(_ node: ExpressionNode) throws -> Datum {
        switch node.kind {
        case .literal(let value): .value(value)
        case .name(let name): try resolve(name, at: node.offset)
        case .list(let items), .tuple(let items): try evaluateList(items)
        case .map(let entries): try evaluateMap(entries)
        case .negative(let operand): .value(try Arithmetic.negated(value(of: operand)))
        case .positive(let operand): .value(try Arithmetic.positive(value(of: operand)))
        case .not(let operand): .bool(!(try isTrue(operand)))
        case .and(let left, let right): try evaluateJunction(left, right, stopsAt: false)
        case .or(let left, let right): try evaluateJunction(left, right, stopsAt: true)
        case .arithmetic(let symbol, let left, let right): try evaluateArithmetic(symbol, left, right)
        case .concatenation(let parts): .string(try parts.map { try concatenated($0) }.joined())
        case .comparison(let first, let rest): .bool(try evaluateComparison(first, rest))
        case .conditional(let test, let then, let otherwise): try evaluateConditional(node, test, then, otherwise)
        case .attribute(let base, let name): try attribute(name, of: evaluate(base), at: node.offset)
        case .item(let base, let key): try item(of: evaluate(base), key: value(of: key), at: node.offset)
        case .slice(let base, let slice): try evaluateSlice(base, slice)
        case .call(let callee, let arguments): try evaluateCall(callee, arguments)
        case .filter(let base, let filter): try apply(filter, to: evaluate(base))
        case .test(let base, let test): .bool(try apply(test, to: evaluate(base)))
        }
    }

    private func evaluateList(_ items: [ExpressionNode]) throws -> Datum {
        let data = try items.map { try evaluate($0) }
        return .list(data.filter { if case .value(.omit) = $0 { false } else { true } })
    }

    private func evaluateMap(_ entries: [(key: ExpressionNode, value: ExpressionNode)]) throws -> Datum {
        var map = ValueMap(minimumCapacity: entries.count)
        for entry in entries {
            let value = try value(of: entry.value)
            if value != .omit { map[map.present(try self.value(of: entry.key))] = value }
        }
        return .value(.map(map))
    }

    /// `and` and `or` give the operand that decided.
    private func evaluateJunction(_ left: ExpressionNode, _ right: ExpressionNode, stopsAt: Bool) throws -> Datum {
        let first = try evaluate(left)
        let isTrue = try located(at: left.offset) { try first.isTrue() }
        return isTrue == stopsAt ? first : try evaluate(right)
    }

    private func evaluateArithmetic(
        _ symbol: ArithmeticOperator, _ left: ExpressionNode, _ right: ExpressionNode
    ) throws -> Datum {
        let first = try value(of: left)
        if symbol == .remainder, let format = first.string {
            return .string(try formatted(format, right))
        }
        return .value(try Arithmetic.result(of: symbol, first, value(of: right)))
    }

    /// Python's `format % values`, where only a tuple is several values.
    private func formatted(_ format: String, _ right: ExpressionNode) throws -> String {
        if case .tuple(let parts) = right.kind {
            return try PercentFormat.text(format, try parts.map { try value(of: $0) })
        }
        return try PercentFormat.text(format, [value(of: right)])
    }

    private func concatenated(_ part: ExpressionNode) throws -> String {
        PythonText.text(of: try value(of: part))
    }

    private func evaluateComparison(
        _ first: ExpressionNode, _ rest: [(symbol: ComparisonOperator, operand: ExpressionNode)]
    ) throws -> Bool {
        var left = try value(of: first)
        for (comparison, operand) in rest {
            let right = try value(of: operand)
            guard try Comparison.holds(comparison, left, right) else { return false }
            left = right
        }
        return true
    }

    private func evaluateConditional(
        _ node: ExpressionNode, _ test: ExpressionNode, _ then: ExpressionNode, _ otherwise: ExpressionNode?
    ) throws -> Datum {
        if try isTrue(test) { return try evaluate(then) }
        if let otherwise { return try evaluate(otherwise) }
        let source = source
        return .undefined(
            Undefined(isSilent: true) {
                source.problem(
                    "the inline 'if' is false here and has no 'else'", at: node.offset,
                    hint: "say what it is then: … else ''")
            })
    }

    private func evaluateSlice(_ base: ExpressionNode, _ slice: SliceNode) throws -> Datum {
        let sliced = try value(of: base)
        let bounds = try [slice.start, slice.stop, slice.step].map { bound -> Int? in
            guard let bound, case let value = try value(of: bound), value != .null else { return nil }
            guard let number = value.integer else { throw Fault("a slice needs integers, not \(value.kind)") }
            return number
        }
        return .value(try Slice(start: bounds[0], stop: bounds[1], step: bounds[2]).of(sliced))
    }
}
