import OrderedCollections
import YAML

/// A macro, with the variables that were in sight where it was defined.
final class Macro: TemplateObject {
    let kind: String
    private let node: MacroNode
    private let frame: Frame
    private let source: Source

    /// The variables that a macro gets without naming them as parameters.
    static let implicitNames: Set = ["varargs", "kwargs", "caller"]

    init(_ node: MacroNode, frame: Frame, source: Source) {
        self.node = node
        self.frame = frame
        self.source = source
        kind = "macro '\(node.name)'"
    }

    let attributeNames = ["name", "arguments"]

    func attribute(_ name: String) throws -> Datum? {
        switch name {
        case "name": .string(node.name)
        case "arguments": .value(.list(node.parameters.map { .string($0.name) }))
        default: nil
        }
    }

    func call(_ arguments: Arguments, in evaluator: Evaluator) throws -> Datum {
        let inner = Frame(parent: frame)
        try evaluator.within(inner, of: source) { try bind(arguments, in: inner, evaluator) }
        let written = try evaluator.run(node.body, in: inner, of: source)
        return written.isNull ? .string("") : written
    }

    private func bind(_ arguments: Arguments, in inner: Frame, _ evaluator: Evaluator) throws {
        var named = arguments.named
        var positional = arguments.positional[...]
        for parameter in node.parameters {
            if let argument = positional.popFirst() {
                guard named[parameter.name] == nil else {
                    throw Fault("\(kind) is given its argument '\(parameter.name)' twice")
                }
                inner.set(parameter.name, to: argument)
            } else if let argument = named.removeValue(forKey: parameter.name) {
                inner.set(parameter.name, to: argument)
            } else if let node = parameter.defaultValue {
                inner.set(parameter.name, to: try evaluator.evaluate(node))
            } else {
                let message = "\(kind) was called without its argument '\(parameter.name)'"
                inner.set(parameter.name, to: evaluator.undefined(at: node.offset) { _ in Fault(message) })
            }
        }
        try bindImplicit(positional: Array(positional), named: named, in: inner)
    }

    private func bindImplicit(
        positional: [Datum], named: OrderedDictionary<String, Datum>, in inner: Frame
    ) throws {
        var named = named
        let caller = named.removeValue(forKey: "caller")
        if let caller {
            guard node.uses.contains("caller") else { throw Fault("\(kind) does not take a 'call' block") }
            inner.set("caller", to: caller)
        }
        guard positional.isEmpty || node.uses.contains("varargs") else {
            throw Fault("\(kind) takes at most \(node.parameters.count) arguments")
        }
        if let extra = named.keys.first, !node.uses.contains("kwargs") {
            throw Fault("\(kind) has no argument '\(extra)'")
        }
        inner.set("varargs", to: .list(positional))
        var map = ValueMap()
        for (name, datum) in named { map[.string(name)] = try datum.value() }
        inner.set("kwargs", to: .value(.map(map)))
    }
}
