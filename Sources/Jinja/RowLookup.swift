import OrderedCollections
import YAML

/// The lookups that join lists to rows: each row is a list, flat by one level, as Ansible's loops have it.
enum RowLookup {
    /// A row more than this many is a mistake.
    private static let mostRows = 100_000

    /// Every combination of one element of each list; the last list turns fastest.
    static func nested(_ lists: [Value]) throws -> [Value] {
        guard let first = lists.first else { throw Fault("needs at least one list") }
        var rows = elements(first).map { [$0] }
        for list in lists.dropFirst() {
            let column = elements(list)
            guard rows.count * max(1, column.count) <= mostRows else { throw Fault("gives too many rows") }
            rows = rows.flatMap { row in column.map { row + [$0] } }
        }
        // Twice, as Ansible does it: what is joined is flattened, and so is each row at the end.
        return rows.map { flat($0.flatMap { $0.list ?? [$0] }) }
    }

    /// The lists side by side; those that end early go on with null.
    static func together(_ lists: [Value]) throws -> [Value] {
        guard !lists.isEmpty else { throw Fault("needs at least one list") }
        let columns = lists.map(elements)
        let height = columns.map(\.count).max() ?? 0
        return (0..<height).map { index in flat(columns.map { index < $0.count ? $0[index] : .null }) }
    }

    /// Each element behind its number, from 0.
    static func indexed(_ terms: [Value]) throws -> [Value] {
        terms.flatMap(elements).enumerated().map { .list([.int($0), $1]) }
    }

    /// Each element with each element of a list inside it: `[elements, 'key.below', {skip_missing: …}]`.
    static func subelements(_ terms: [Value]) throws -> [Value] {
        guard (2...3).contains(terms.count), let path = terms[1].string else {
            throw Fault("needs a list, the name of the list in its elements, and flags if need be")
        }
        let skipsMissing = terms.count == 3 && terms[2].map?["skip_missing"]?.isTrue == true
        let outer = terms[0].map.map { Array($0.values) } ?? elements(terms[0])
        return try outer.filter { $0.map?["skipped"] == nil }.flatMap { element -> [Value] in
            let keys = path.split(separator: ".").map { Value.string(String($0)) }
            guard let inner = try inner(of: element, keys[...], skipsMissing: skipsMissing) else { return [] }
            let rest = without(keys[...], in: element)
            return inner.map { Value.list([rest, $0]) }
        }
    }

    /// The list at the end of the keys; nil when it is missing and that is skipped.
    private static func inner(of value: Value, _ keys: ArraySlice<Value>, skipsMissing: Bool) throws -> [Value]? {
        guard let key = keys.first else {
            guard let list = value.list else { throw Fault("what is looked for is \(value.kind), not a list") }
            return list
        }
        let name = PythonText.text(of: key)
        guard let map = value.map else { throw Fault("'\(name)' is looked for in \(value.kind), not in a mapping") }
        guard let next = map[key] else {
            if skipsMissing { return nil }
            throw Fault("an element has no '\(name)'", hint: "give {'skip_missing': true} as the third argument")
        }
        return try inner(of: next, keys.dropFirst(), skipsMissing: skipsMissing)
    }

    /// The element as Ansible gives it back: without the list that was taken out of it.
    private static func without(_ keys: ArraySlice<Value>, in value: Value) -> Value {
        guard let key = keys.first, var map = value.map else { return value }
        map[key] = keys.count == 1 ? nil : map[key].map { without(keys.dropFirst(), in: $0) }
        return .map(map)
    }

    private static func elements(_ value: Value) -> [Value] { value.list ?? [value] }

    private static func flat(_ row: [Value]) -> Value { .list(row.flatMap { $0.list ?? [$0] }) }
}
