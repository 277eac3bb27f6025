import OrderedCollections
import YAML

extension Filter {
    /// `map`, `select` and their kin: filters that run other filters and tests on every item.
    static let selectionFilters: [String: Filter] = [
        "map": Filter(.any) { input, arguments, evaluator in
            let transform = try transform(arguments, evaluator)
            return .list(try input.items().map(transform))
        },
        "select": selection(keeps: true, byAttribute: false),
        "reject": selection(keeps: false, byAttribute: false),
        "selectattr": selection(keeps: true, byAttribute: true),
        "rejectattr": selection(keeps: false, byAttribute: true),
    ]

    private static func transform(
        _ arguments: BoundArguments, _ evaluator: Evaluator
    ) throws -> (Datum) throws -> Datum {
        if arguments.morePositional.isEmpty, let attribute = arguments.moreNamed["attribute"] {
            var other = arguments.moreNamed
            other.removeValue(forKey: "attribute")
            let defaultValue = other.removeValue(forKey: "default")
            if let extra = other.keys.first { throw Fault("filter 'map' has no argument '\(extra)'") }
            let path = AttributePath(try attribute.value(), default: defaultValue)
            return { try path.datum(of: $0, evaluator) }
        }
        guard let name = try arguments.morePositional.first?.value().string else {
            throw Fault("filter 'map' needs the name of a filter, or 'attribute='")
        }
        let inner = Arguments(positional: Array(arguments.morePositional.dropFirst()), named: arguments.moreNamed)
        return { try evaluator.apply(filterNamed: name, to: $0, inner) }
    }

    private static func selection(keeps: Bool, byAttribute: Bool) -> Filter {
        Filter(.any) { input, arguments, evaluator in
            var rest = arguments.morePositional[...]
            var path = AttributePath(nil)
            if byAttribute {
                guard let attribute = rest.popFirst() else { throw Fault("the filter needs the name of an attribute") }
                path = AttributePath(try attribute.value())
            }
            let holds = try predicate(rest, arguments.moreNamed, evaluator)
            return .list(try input.items().filter { try holds(path.datum(of: $0, evaluator)) == keeps })
        }
    }

    private static func predicate(
        _ positional: ArraySlice<Datum>, _ named: OrderedDictionary<String, Datum>, _ evaluator: Evaluator
    ) throws -> (Datum) throws -> Bool {
        guard let first = positional.first else { return { try $0.isTrue() } }
        guard let name = try first.value().string else { throw Fault("the name of a test must be a string") }
        let arguments = Arguments(positional: Array(positional.dropFirst()), named: named)
        return { try evaluator.apply(testNamed: name, to: $0, arguments) }
    }
}
