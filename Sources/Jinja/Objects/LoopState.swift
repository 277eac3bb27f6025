import Diagnostics
import OrderedCollections
import YAML

/// `loop` inside a `for`.
final class LoopState: TemplateObject {
    let kind = "the loop variable"
    private let loop: LoopNode
    private let items: [Datum]
    private let depth: Int
    private let outer: Frame
    private var index = 0
    private var lastChecked: [Value]?

    init(_ loop: LoopNode, items: [Datum], depth: Int, outer: Frame) {
        self.loop = loop
        self.items = items
        self.depth = depth
        self.outer = outer
    }

    func advance() { index += 1 }

    let attributeNames = [
        "index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0", "previtem",
        "nextitem", "cycle", "changed",
    ]

    func attribute(_ name: String) throws -> Datum? {
        switch name {
        case "index": .int(index + 1)
        case "index0": .int(index)
        case "revindex": .int(items.count - index)
        case "revindex0": .int(items.count - index - 1)
        case "first": .bool(index == 0)
        case "last": .bool(index == items.count - 1)
        case "length": .int(items.count)
        case "depth": .int(depth + 1)
        case "depth0": .int(depth)
        case "previtem": neighbour(-1)
        case "nextitem": neighbour(1)
        default: nil
        }
    }

    private func neighbour(_ distance: Int) -> Datum {
        guard items.indices.contains(index + distance) else {
            return Undefined.described("there is no \(distance < 0 ? "previous" : "next") item in the loop")
        }
        return items[index + distance]
    }

    func callMethod(_ name: String, _ arguments: Arguments, in evaluator: Evaluator) throws -> Datum? {
        switch name {
        case "cycle":
            guard !arguments.positional.isEmpty else { throw Fault("'loop.cycle' needs something to go through") }
            return arguments.positional[index % arguments.positional.count]
        case "changed":
            let values = try arguments.positional.map { try $0.value() }
            defer { lastChecked = values }
            return .bool(lastChecked != values)
        default: return nil
        }
    }

    /// `loop(items)` in a recursive loop.
    func call(_ arguments: Arguments, in evaluator: Evaluator) throws -> Datum {
        guard loop.isRecursive else { throw Fault("the loop is not recursive", hint: "add 'recursive' to its 'for'") }
        guard let items = arguments.positional.first else { throw Fault("'loop' needs the items to go through") }
        try evaluator.enter()
        defer { evaluator.leave() }
        var output = Output(native: false)
        try evaluator.run(loop, over: items, depth: depth + 1, in: outer, into: &output)
        return .string(output.text)
    }
}

extension Undefined {
    /// A missing value that has nothing to do with a name in the template.
    static func described(_ message: String) -> Datum {
        .undefined(Undefined { Problem(message) })
    }
}
