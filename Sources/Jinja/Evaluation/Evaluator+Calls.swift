import OrderedCollections
import YAML

/// Calls, filters and tests.
extension Evaluator {
    func arguments(_ nodes: ArgumentNodes) throws -> Arguments {
        var arguments = Arguments(positional: try nodes.positional.map { try evaluate($0) })
        for (name, node) in nodes.named { arguments.named[name] = try evaluate(node) }
        if let spread = nodes.spread {
            arguments.positional += try evaluate(spread).items()
        }
        if let spread = nodes.namedSpread {
            guard let map = try value(of: spread).map else { throw Fault("'**' needs a mapping") }
            for (key, value) in map {
                guard let name = key.string else { throw Fault("'**' needs a mapping with names as keys") }
                arguments.named[name] = .value(value)
            }
        }
        return arguments
    }

    func evaluateCall(_ callee: ExpressionNode, _ nodes: ArgumentNodes) throws -> Datum {
        if case .attribute(let base, let name) = callee.kind {
            return try evaluateMethodCall(name, on: base, callee, nodes)
        }
        let target = try evaluate(callee)
        return try located(at: callee.offset) { try call(target, arguments(nodes)) }
    }

    /// Calls a datum: a macro, a global function, a recursive loop …
    func call(_ target: Datum, _ arguments: Arguments) throws -> Datum {
        switch target {
        case .undefined(let undefined): throw undefined.problem()
        case .object(let object): return try object.call(arguments, in: self)
        case .value, .mixed: throw Fault("\(target.kind) can't be called")
        }
    }

    private func evaluateMethodCall(
        _ name: String, on base: ExpressionNode, _ callee: ExpressionNode, _ nodes: ArgumentNodes
    ) throws -> Datum {
        let target = try evaluate(base)
        let arguments = try arguments(nodes)
        return try located(at: callee.offset) {
            if case .object(let object) = target, let result = try object.callMethod(name, arguments, in: self) {
                return result
            }
            if let value = try? target.value(), Methods.exists(name, on: value) {
                return try callMethod(name, of: value, at: base, arguments)
            }
            return try call(attribute(name, of: target, at: callee.offset), arguments)
        }
    }

    private func callMethod(
        _ name: String, of value: Value, at base: ExpressionNode, _ arguments: Arguments
    ) throws -> Datum {
        guard Methods.changes(name, value) else { return .value(try Methods.call(name, on: value, arguments)) }
        var changed = value
        let result = try Methods.callChanging(name, on: &changed, arguments)
        try store(changed, at: base)
        return .value(result)
    }

    /// Puts a changed list or mapping back where it was read from, so that `list.append(x)` is seen.
    private func store(_ value: Value, at node: ExpressionNode) throws {
        switch node.kind {
        case .name(let name): frame.update(name, to: .value(value))
        case .attribute(let base, let name): try store(value, under: .string(name), of: base)
        case .item(let base, let key): try store(value, under: self.value(of: key), of: base)
        default: break
        }
    }

    private func store(_ value: Value, under key: Value, of base: ExpressionNode) throws {
        switch try evaluate(base) {
        case .object(let object):
            guard let name = key.string else { return }
            try object.setAttribute(name, to: .value(value))
        case .value(.map(var entries)):
            entries[key] = value
            try store(.map(entries), at: base)
        case .value(.list(var items)):
            guard let index = key.integer, items.element(atPythonIndex: index) != nil else { return }
            items[index < 0 ? index + items.count : index] = value
            try store(.list(items), at: base)
        default: break
        }
    }

    func apply(_ node: FilterNode, to input: Datum) throws -> Datum {
        let arguments = try arguments(node.arguments)
        return try located(at: node.offset) { try apply(node.filter, named: node.name, to: input, arguments) }
    }

    /// Applies a filter found by name at run time, as `map('name')` does.
    func apply(filterNamed name: String, to input: Datum, _ arguments: Arguments) throws -> Datum {
        try apply(Filter.named(name), named: name, to: input, arguments)
    }

    private func apply(_ filter: Filter, named name: String, to input: Datum, _ arguments: Arguments) throws -> Datum {
        if case .undefined(let undefined) = input, !filter.takesUndefined, !undefined.isSilent {
            throw undefined.problem()
        }
        return try filter.apply(input, arguments.bound(to: filter.parameters, of: "filter '\(name)'"), self)
    }

    func apply(_ node: TestNode, to input: Datum) throws -> Bool {
        let arguments = try arguments(node.arguments)
        return try located(at: node.offset) { try apply(node.test, named: node.name, to: input, arguments) }
    }

    /// Applies a test found by name at run time, as `select('name')` does.
    func apply(testNamed name: String, to input: Datum, _ arguments: Arguments) throws -> Bool {
        guard let test = Test.all[name] else {
            throw Fault("there is no test '\(name)'", hint: Test.all.hint(for: name))
        }
        return try apply(test, named: name, to: input, arguments)
    }

    private func apply(_ test: Test, named name: String, to input: Datum, _ arguments: Arguments) throws -> Bool {
        if case .undefined(let undefined) = input, !test.takesUndefined, !undefined.isSilent {
            throw undefined.problem()
        }
        return try test.apply(input, arguments.bound(to: test.parameters, of: "test '\(name)'"), self)
    }
}
