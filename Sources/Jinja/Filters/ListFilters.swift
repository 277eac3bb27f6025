import OrderedCollections
import YAML

extension Filter {
    /// Filters that take or give lists.
    static let listFilters: [String: Filter] = [
        "list": Filter([]) { input, _, _ in .list(try input.items()) },
        "join": Filter(["d", "attribute"]) { input, arguments, evaluator in
            let path = AttributePath(try arguments.value("attribute"))
            let separator = PythonText.text(of: try arguments.value("d") ?? "")
            let parts = try input.items().map { PythonText.text(of: try path.value(of: $0, evaluator)) }
            return .string(parts.joined(separator: separator))
        },
        "first": Filter([]) { input, _, _ in
            try input.items().first ?? Undefined.described("there is no first item, the list is empty")
        },
        "last": Filter([]) { input, _, _ in
            try input.items().last ?? Undefined.described("there is no last item, the list is empty")
        },
        "length": lengthFilter,
        "count": lengthFilter,
        "reverse": Filter([]) { input, _, _ in
            if case .value(.string(let text)) = input { return .string(String(text.unicodeScalars.reversed())) }
            return .list(try input.items().reversed())
        },
        "sort": Filter(["reverse", "case_sensitive", "attribute"]) { input, arguments, evaluator in
            let ignoresCase = !(try arguments.flag("case_sensitive"))
            let paths = sortPaths(try arguments.value("attribute"), ignoresCase: ignoresCase)
            let sorted = try Comparison.sorted(input.items(), descending: arguments.flag("reverse")) { item in
                .list(try paths.map { try $0.value(of: item, evaluator) })
            }
            return .list(sorted)
        },
        "unique": Filter(["case_sensitive", "attribute"]) { input, arguments, evaluator in
            let ignoresCase = !(try arguments.flag("case_sensitive"))
            let path = AttributePath(try arguments.value("attribute"), ignoresCase: ignoresCase)
            var seen: [Value] = []
            return .list(
                try input.items().filter { item in
                    let key = try path.value(of: item, evaluator)
                    guard !seen.contains(where: { Comparison.equal($0, key) }) else { return false }
                    seen.append(key)
                    return true
                })
        },
        "max": extremeFilter { try Comparison.precedes($1, $0) },
        "min": extremeFilter { try Comparison.precedes($0, $1) },
        "sum": Filter(["attribute", "start"]) { input, arguments, evaluator in
            let path = AttributePath(try arguments.value("attribute"))
            let start = try arguments.value("start") ?? 0
            let total = try input.items().reduce(start) { sum, item in
                try Arithmetic.result(of: .add, sum, path.value(of: item, evaluator))
            }
            return .value(total)
        },
        "flatten": Filter(["levels", "skip_nulls"]) { value, arguments in
            let levels = try arguments.int("levels") ?? Int.max
            guard let items = value.list else { throw Fault("filter 'flatten' needs a list, not \(value.kind)") }
            return .list(flattened(items, levels: levels, skipsNulls: try arguments.flag("skip_nulls", default: true)))
        },
    ]

    private static let lengthFilter = Filter([]) { input, _, _ in
        if case .value(.map(let entries)) = input { return .int(entries.count) }
        if case .value(.string(let text)) = input { return .int(text.pythonLength) }
        guard input.kind == "a list" else { throw Fault("\(input.kind) has no length") }
        return .int(try input.items().count)
    }

    private static func sortPaths(_ attribute: Value?, ignoresCase: Bool) -> [AttributePath] {
        guard let text = attribute?.string else { return [AttributePath(attribute, ignoresCase: ignoresCase)] }
        return text.split(separator: ",").map { AttributePath(.string(String($0)), ignoresCase: ignoresCase) }
    }

    /// `max` and `min`: the first item that is ahead of all others.
    private static func extremeFilter(isAhead: @escaping @Sendable (Value, Value) throws -> Bool) -> Filter {
        Filter(["case_sensitive", "attribute"]) { input, arguments, evaluator in
            let ignoresCase = !(try arguments.flag("case_sensitive"))
            let path = AttributePath(try arguments.value("attribute"), ignoresCase: ignoresCase)
            var best: (item: Datum, key: Value)?
            for item in try input.items() {
                let key = try path.value(of: item, evaluator)
                if try best.map({ try isAhead(key, $0.key) }) ?? true { best = (item, key) }
            }
            return best?.item ?? Undefined.described("the list is empty")
        }
    }

    static func flattened(_ items: [Value], levels: Int, skipsNulls: Bool) -> [Value] {
        items.flatMap { item -> [Value] in
            if skipsNulls, item == .null || item == "None" || item == "null" { return [] }
            guard let inner = item.list, levels >= 1 else { return [item] }
            return flattened(inner, levels: levels - 1, skipsNulls: skipsNulls)
        }
    }
}
