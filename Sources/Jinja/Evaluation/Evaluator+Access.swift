import Diagnostics
import OrderedCollections
import YAML

/// Attributes and items.
extension Evaluator {
    /// `base.name`: a method, a key of a mapping.
    func attribute(_ name: String, of base: Datum, at offset: Int) throws -> Datum {
        switch base {
        case .undefined: return base
        case .object(let object):
            return try object.attribute(name)
                ?? undefined(at: offset) { _ in
                    Fault(
                        "\(object.kind) has no attribute '\(name)'",
                        hint: Suggestion.hint(for: name, among: object.attributeNames))
                }
        case .mixed: return missing(name, in: .list([]), at: offset)
        case .value(let value):
            if Methods.exists(name, on: value) { return .object(BoundMethod(name, on: value)) }
            if let found = value[name] { return .value(found) }
            return missing(name, in: value, at: offset)
        }
    }

    /// `base[key]`: a key of a mapping, an index of a list or a string, an attribute.
    func item(of base: Datum, key: Value, at offset: Int) throws -> Datum {
        switch base {
        case .undefined: return base
        case .object(let object):
            if case .int = key, let found = object.value?.element(key) { return .value(found) }
            guard let name = key.string else { throw Fault("\(base.kind) has no items") }
            return try attribute(name, of: base, at: offset)
        case .mixed(let items):
            guard let index = key.integer, let item = items.element(atPythonIndex: index) else {
                return missing(key, in: .list([]), count: items.count, at: offset)
            }
            return item
        case .value(let value):
            if let found = value.element(key) { return .value(found) }
            if let name = key.string, Methods.exists(name, on: value) { return .object(BoundMethod(name, on: value)) }
            if case .string(let name) = key { return missing(name, in: value, at: offset) }
            return missing(key, in: value, count: (try? value.items().count) ?? 0, at: offset)
        }
    }

    private func missing(_ name: String, in value: Value, at offset: Int) -> Datum {
        undefined(at: offset) { _ in
            guard let map = value.map else { return Fault("\(value.kind) has no attribute '\(name)'") }
            return Fault(
                "the mapping has no key '\(name)'",
                hint: Suggestion.hint(for: name, among: map.keys.compactMap(\.string)))
        }
    }

    private func missing(_ key: Value, in value: Value, count: Int, at offset: Int) -> Datum {
        undefined(at: offset) { _ in
            let shown = PythonText.representation(of: key)
            if value.map != nil { return Fault("the mapping has no key \(shown)") }
            return Fault("\(value.kind) of \(count) items has no item \(shown)")
        }
    }
}

extension Array {
    /// The element at an index that counts from the end when it is negative.
    func element(atPythonIndex index: Int) -> Element? {
        let position = index < 0 ? index + count : index
        return indices.contains(position) ? self[position] : nil
    }
}

extension Value {
    /// What `self[key]` finds in Python; nil when it finds nothing.
    func element(_ key: Value) -> Value? {
        switch self {
        case .map(let entries): return entries.found(key)
        case .list(let items): return key.integer.flatMap { items.element(atPythonIndex: $0) }
        case .string(let text):
            guard let index = key.integer else { return nil }
            return Array(text.unicodeScalars).element(atPythonIndex: index).map { .string(String($0)) }
        default: return nil
        }
    }

    /// The number that Python takes this for where it needs an integer: an int or a bool.
    var integer: Int? {
        switch self {
        case .int(let number): number
        case .bool(let flag): flag ? 1 : 0
        default: nil
        }
    }
}
