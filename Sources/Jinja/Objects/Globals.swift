import Diagnostics
import OrderedCollections
import YAML

/// The functions that templates can call without a variable of that name.
enum Globals {
    typealias Body = @Sendable (Arguments, Evaluator) throws -> Datum

    static let functions: [String: Body] = [
        "range": range, "dict": dict, "namespace": namespace, "cycler": cycler, "joiner": joiner, "now": now,
        "undef": undef, "lookup": { try lookup($0, $1, wantsList: false) },
        "query": { try lookup($0, $1, wantsList: true) },
        "q": { try lookup($0, $1, wantsList: true) },
    ]

    /// Names that need no variable.
    static let names = Set(functions.keys).union(["omit"])

    static func datum(named name: String) -> Datum? {
        if name == "omit" { return .value(.omit) }
        return functions[name].map { .object(BuiltinFunction(name, body: $0)) }
    }

    private static let largestRange = 100_000

    private static func range(_ arguments: Arguments, _ evaluator: Evaluator) throws -> Datum {
        let bounds = try arguments.positional.map { datum -> Int in
            let value = try datum.value()
            guard let number = value.integer else { throw Fault("'range' needs integers, not \(value.kind)") }
            return number
        }
        guard (1...3).contains(bounds.count) else { throw Fault("'range' takes one to three integers") }
        let start = bounds.count == 1 ? 0 : bounds[0]
        let stop = bounds.count == 1 ? bounds[0] : bounds[1]
        let step = bounds.count == 3 ? bounds[2] : 1
        guard step != 0 else { throw Fault("the step of 'range' can't be zero") }
        let numbers = stride(from: start, to: stop, by: step).prefix(largestRange + 1)
        let items = numbers.map(Value.int)
        guard items.count <= largestRange else { throw Fault("'range' gives more than \(largestRange) numbers") }
        return .value(.list(items))
    }

    private static func dict(_ arguments: Arguments, _ evaluator: Evaluator) throws -> Datum {
        var map = ValueMap()
        if let first = try arguments.positional.first?.value() { map = try Globals.map(from: first) }
        for (name, datum) in arguments.named { map[.string(name)] = try datum.value() }
        return .value(.map(map))
    }

    /// Python's `dict(value)`: a mapping, or a list of pairs.
    static func map(from value: Value) throws -> ValueMap {
        if let map = value.map { return map }
        var map = ValueMap()
        for pair in value.list ?? [value] {
            guard let pair = pair.list, pair.count == 2 else {
                throw Fault("a mapping is made of a mapping or of pairs, not of \(value.kind)")
            }
            map[map.present(pair[0])] = pair[1]
        }
        return map
    }

    private static func namespace(_ arguments: Arguments, _ evaluator: Evaluator) throws -> Datum {
        guard case .value(.map(let map)) = try dict(Arguments(positional: arguments.positional), evaluator) else {
            return .null
        }
        var variables: OrderedDictionary<String, Datum> = [:]
        for (key, value) in map { variables[PythonText.text(of: key)] = .value(value) }
        variables.merge(arguments.named) { _, last in last }
        return .object(Namespace(variables))
    }

    private static func cycler(_ arguments: Arguments, _ evaluator: Evaluator) throws -> Datum {
        guard !arguments.positional.isEmpty else { throw Fault("'cycler' needs at least one item") }
        return .object(Cycler(arguments.positional))
    }

    private static func joiner(_ arguments: Arguments, _ evaluator: Evaluator) throws -> Datum {
        let bound = try arguments.bound(to: ["sep"], of: "'joiner'")
        return .object(Joiner(try bound.string("sep") ?? ", "))
    }

    private static func undef(_ arguments: Arguments, _ evaluator: Evaluator) throws -> Datum {
        let bound = try arguments.bound(to: ["hint"], of: "'undef'")
        return Undefined.described(try bound.string("hint") ?? "the value is undefined")
    }

    private static func now(_ arguments: Arguments, _ evaluator: Evaluator) throws -> Datum {
        let bound = try arguments.bound(to: ["utc", "fmt"], of: "'now'")
        guard let format = try bound.string("fmt") else {
            return .object(Moment(Clock.now, isUTC: try bound.flag("utc")))
        }
        return .string(try Clock.text(format, at: Clock.now, isUTC: bound.flag("utc")))
    }
}

/// A function of Jinja's or Ansible's own.
final class BuiltinFunction: TemplateObject {
    let kind: String
    private let body: Globals.Body

    init(_ name: String, body: @escaping Globals.Body) {
        kind = "the function '\(name)'"
        self.body = body
    }

    func call(_ arguments: Arguments, in evaluator: Evaluator) throws -> Datum { try body(arguments, evaluator) }
}
