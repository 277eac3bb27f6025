import OrderedCollections
import YAML

/// One group that `groupby` made: a pair that also has names.
final class Group: TemplateObject {
    let kind = "a group"
    private let key: Value
    private let members: [Value]

    init(_ key: Value, _ members: [Value]) {
        self.key = key
        self.members = members
    }

    let attributeNames = ["grouper", "list"]
    var value: Value? { .list([key, .list(members)]) }

    func attribute(_ name: String) throws -> Datum? {
        switch name {
        case "grouper": .value(key)
        case "list": .value(.list(members))
        default: nil
        }
    }
}

extension Filter {
    /// Filters that put items together.
    static let groupingFilters: [String: Filter] = [
        "groupby": Filter(["attribute", "default", "case_sensitive"]) { input, arguments, evaluator in
            let attribute = try arguments.required("attribute")
            let ignoresCase = !(try arguments.flag("case_sensitive"))
            let path = AttributePath(attribute, default: arguments.datum("default"), ignoresCase: ignoresCase)
            let shown = AttributePath(attribute, default: arguments.datum("default"))
            let keyed = try input.items().map { (key: try path.value(of: $0, evaluator), item: $0) }
            var groups: [(key: Value, members: [Datum])] = []
            for (key, item) in try Comparison.sorted(keyed, by: { $0.key }) {
                if let last = groups.last, Comparison.equal(last.key, key) {
                    groups[groups.count - 1].members.append(item)
                } else {
                    groups.append((key, [item]))
                }
            }
            return .list(
                try groups.map { group in
                    let members = try group.members.map { try $0.value() }
                    return .object(Group(try shown.value(of: group.members[0], evaluator), members))
                })
        },
        "batch": Filter(["linecount", "fill_with"]) { value, arguments in
            let size = try arguments.int("linecount") ?? 0
            guard size > 0 else { throw Fault("filter 'batch' needs a positive size") }
            let items = try value.items()
            let fill = try arguments.value("fill_with")
            return .list(
                stride(from: 0, to: items.count, by: size).map { start in
                    let row = Array(items[start..<min(start + size, items.count)])
                    return .list(fill.map { row + Array(repeating: $0, count: size - row.count) } ?? row)
                })
        },
        "slice": Filter(["slices", "fill_with"]) { value, arguments in
            let count = try arguments.int("slices") ?? 0
            guard (1...100_000).contains(count) else { throw Fault("filter 'slice' needs a positive number of slices") }
            return .list(sliced(try value.items(), into: count, fill: try arguments.value("fill_with")))
        },
        "zip": Filter(Parameters([], morePositional: true)) { value, arguments in
            let columns = try [value.items()] + arguments.morePositional.map { try $0.value().items() }
            let count = columns.map(\.count).min() ?? 0
            return .list((0..<count).map { row in .list(columns.map { $0[row] }) })
        },
        "zip_longest": Filter(.any) { value, arguments in
            let columns = try [value.items()] + arguments.morePositional.map { try $0.value().items() }
            let fill = try arguments.moreNamed["fillvalue"]?.value() ?? .null
            let count = columns.map(\.count).max() ?? 0
            return .list(
                (0..<count).map { row in .list(columns.map { row < $0.count ? $0[row] : fill }) })
        },
        "product": Filter(Parameters([], morePositional: true, moreNamed: true)) { value, arguments in
            var columns = try [value.items()] + arguments.morePositional.map { try $0.value().items() }
            if let times = try arguments.moreNamed["repeat"]?.value().integer {
                columns = Array(repeating: columns, count: max(0, min(times, 16))).flatMap(\.self)
            }
            return .list(try products(columns).map(Value.list))
        },
        "combinations": Filter(["r"]) { value, arguments in
            let items = try value.items()
            let size = try arguments.int("r") ?? 0
            return .list(try arrangements(of: items, size: size, ordered: false).map(Value.list))
        },
        "permutations": Filter(["r"]) { value, arguments in
            let items = try value.items()
            let size = try arguments.int("r") ?? items.count
            return .list(try arrangements(of: items, size: size, ordered: true).map(Value.list))
        },
        "subelements": Filter(["subelements", "skip_missing"]) { value, arguments in
            let path = try arguments.required("subelements")
            let keys = path.list?.compactMap(\.string) ?? path.string?.split(separator: ".").map(String.init) ?? []
            let elements = value.map.map { Array($0.values) } ?? value.list ?? []
            let skips = try arguments.flag("skip_missing")
            return .list(try elements.flatMap { try pairs($0, keys: keys, skipsMissing: skips) })
        },
    ]

    private static let mostResults = 1_000_000

    private static func sliced(_ items: [Value], into count: Int, fill: Value?) -> [Value] {
        let size = items.count / count
        let larger = items.count % count
        var start = 0
        return (0..<count).map { index in
            let end = start + size + (index < larger ? 1 : 0)
            defer { start = end }
            let row = Array(items[start..<end])
            return .list(fill.map { index >= larger ? row + [$0] : row } ?? row)
        }
    }

    private static func products(_ columns: [[Value]]) throws -> [[Value]] {
        try columns.reduce([[]]) { rows, column in
            guard rows.count * column.count <= mostResults else { throw Fault("filter 'product' gives too many rows") }
            return rows.flatMap { row in column.map { row + [$0] } }
        }
    }

    private static func arrangements(of items: [Value], size: Int, ordered: Bool) throws -> [[Value]] {
        guard size > 0 else { return [[]] }
        var results: [[Value]] = []
        for (index, item) in items.enumerated() {
            let rest = ordered ? Array(items[..<index] + items[(index + 1)...]) : Array(items[(index + 1)...])
            for tail in try arrangements(of: rest, size: size - 1, ordered: ordered) { results.append([item] + tail) }
            guard results.count <= mostResults else { throw Fault("the filter gives too many rows") }
        }
        return results
    }

    private static func pairs(_ element: Value, keys: [String], skipsMissing: Bool) throws -> [Value] {
        var found = element
        for key in keys {
            guard let inner = found[key] else {
                if skipsMissing { return [] }
                throw Fault("an item has no key '\(key)'", hint: "give 'skip_missing=true' if that is right")
            }
            found = inner
        }
        guard let items = found.list else { throw Fault("'\(keys.joined(separator: "."))' must be a list") }
        return items.map { .list([element, $0]) }
    }
}
