import OrderedCollections
import YAML

/// Python's comparisons of plain values.
enum Comparison {
    static func holds(_ comparison: ComparisonOperator, _ left: Value, _ right: Value) throws -> Bool {
        switch comparison {
        case .equal: equal(left, right)
        case .notEqual: !equal(left, right)
        case .less: try precedes(left, right)
        case .greater: try precedes(right, left)
        case .lessOrEqual: try equal(left, right) || precedes(left, right)
        case .greaterOrEqual: try equal(left, right) || precedes(right, left)
        case .contained: try contains(right, left)
        case .notContained: !(try contains(right, left))
        }
    }

    /// Equality across number kinds: `1 == 1.0 == true`.
    static func equal(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.list(let first), .list(let second)):
            return first.count == second.count && zip(first, second).allSatisfy(equal)
        case (.map(let first), .map(let second)):
            return first.count == second.count
                && first.allSatisfy { entry in second[entry.key].map { equal(entry.value, $0) } ?? false }
        default:
            if let first = left.integer, let second = right.integer { return first == second }
            if let first = left.number, let second = right.number { return first == second }
            return left == right
        }
    }

    /// `left < right`.
    static func precedes(_ left: Value, _ right: Value) throws -> Bool {
        if let first = left.integer, let second = right.integer { return first < second }
        if let first = left.number, let second = right.number { return first < second }
        switch (left, right) {
        case (.string(let first), .string(let second)):
            return first.unicodeScalars.lexicographicallyPrecedes(second.unicodeScalars)
        case (.list(let first), .list(let second)):
            for (one, other) in zip(first, second) where !equal(one, other) { return try precedes(one, other) }
            return first.count < second.count
        default:
            throw Fault("\(left.kind) and \(right.kind) can't be put in order", hint: "convert one with a filter")
        }
    }

    /// `item in container`.
    static func contains(_ container: Value, _ item: Value) throws -> Bool {
        switch container {
        case .list(let items): return items.contains { equal($0, item) }
        case .map(let entries): return entries.found(item) != nil
        case .string(let text):
            guard let part = item.string else { throw Fault("a string can only hold a string, not \(item.kind)") }
            return text.unicodeScalars.firstRange(of: Array(part.unicodeScalars)) != nil || part.isEmpty
        default: throw Fault("\(container.kind) holds nothing that 'in' could look for")
        }
    }

    /// Sorts by Python's order, keeping the order of equals.
    static func sorted<Element>(
        _ items: [Element], descending: Bool = false, by key: (Element) throws -> Value
    ) throws -> [Element] {
        let keyed = try items.map { (item: $0, key: try key($0)) }
        let sorted = try keyed.enumerated().sorted { left, right in
            let (first, second) = descending ? (right, left) : (left, right)
            if try precedes(first.element.key, second.element.key) { return true }
            if try precedes(second.element.key, first.element.key) { return false }
            return left.offset < right.offset
        }
        return sorted.map(\.element.item)
    }
}
