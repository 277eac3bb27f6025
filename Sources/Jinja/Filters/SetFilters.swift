import OrderedCollections
import YAML

extension Filter {
    /// Filters that take lists as sets; the order of the first appearance is kept.
    static let setFilters: [String: Filter] = [
        "union": Filter(["b"]) { value, arguments in
            .list(distinct(try value.items() + arguments.required("b").items()))
        },
        "intersect": Filter(["b"]) { value, arguments in
            let other = try arguments.required("b").items()
            return .list(distinct(try value.items().filter { contains(other, $0) }))
        },
        "difference": Filter(["b"]) { value, arguments in
            let other = try arguments.required("b").items()
            return .list(distinct(try value.items().filter { !contains(other, $0) }))
        },
        "symmetric_difference": Filter(["b"]) { value, arguments in
            let items = try value.items()
            let other = try arguments.required("b").items()
            return .list(distinct(items.filter { !contains(other, $0) } + other.filter { !contains(items, $0) }))
        },
    ]

    static func contains(_ items: [Value], _ item: Value) -> Bool {
        items.contains { Comparison.equal($0, item) }
    }

    private static func distinct(_ items: [Value]) -> [Value] {
        items.reduce(into: []) { kept, item in
            if !contains(kept, item) { kept.append(item) }
        }
    }
}
