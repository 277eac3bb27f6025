package import OrderedCollections

/// Plain data as playbooks, inventories and templates know it: what a YAML node is once its place is forgotten.
package enum Value: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int)
    case float(Double)
    case string(String)
    case list([Value])
    case map(ValueMap)
}

/// A mapping that keeps the order it was written in.
package typealias ValueMap = OrderedDictionary<Value, Value>

extension Value {
    package var string: String? { if case .string(let text) = self { text } else { nil } }
    package var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    package var int: Int? { if case .int(let number) = self { number } else { nil } }
    package var list: [Value]? { if case .list(let items) = self { items } else { nil } }
    package var map: ValueMap? { if case .map(let entries) = self { entries } else { nil } }

    /// The value under a string key of a mapping; nil when this is no mapping or has no such key.
    package subscript(_ key: String) -> Value? { map?[.string(key)] }

    /// What an error message calls it: `a string`, `a mapping` …
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .int: "an integer"
        case .float: "a float"
        case .string: "a string"
        case .list: "a list"
        case .map: "a mapping"
        }
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .int(value) }
    package init(floatLiteral value: Double) { self = .float(value) }
    package init(arrayLiteral elements: Value...) { self = .list(elements) }
    package init(dictionaryLiteral elements: (Value, Value)...) {
        self = .map(ValueMap(elements, uniquingKeysWith: { _, last in last }))
    }
}
