import YAML

/// `for`, with `else`, a filter and recursion.
extension Evaluator {
    func run(_ loop: LoopNode, into output: inout Output) throws {
        let items = try evaluate(loop.items)
        try run(loop, over: items, depth: 0, in: frame, into: &output)
    }

    /// One level of a loop; a recursive one calls itself through `loop(items)`.
    func run(_ loop: LoopNode, over datum: Datum, depth: Int, in outer: Frame, into output: inout Output) throws {
        var items = try located(at: loop.items.offset) { try datum.items() }
        if let filter = loop.filter { items = try filtered(items, of: loop, by: filter, in: outer) }
        if items.isEmpty {
            let inner = Frame(parent: outer)
            return try within(inner) { try run(loop.otherwise, into: &output) }
        }
        let state = LoopState(loop, items: items, depth: depth, outer: outer)
        for item in items {
            let inner = Frame(parent: outer)
            inner.set("loop", to: .object(state))
            try within(inner) {
                try assign(item, to: loop.target)
                try located(at: loop.offset) { try enter() }
                defer { leave() }
                try run(loop.body, into: &output)
            }
            state.advance()
        }
    }

    private func filtered(
        _ items: [Datum], of loop: LoopNode, by filter: ExpressionNode, in outer: Frame
    ) throws -> [Datum] {
        try items.filter { item in
            try within(Frame(parent: outer)) {
                try assign(item, to: loop.target)
                return try isTrue(filter)
            }
        }
    }
}
