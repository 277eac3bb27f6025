import Diagnostics
import OrderedCollections
import YAML

/// What an expression evaluates to while a template is rendered: plain data, or what exists only in templates.
enum Datum {
    case value(Value)
    /// A list that holds something that is no plain value.
    case mixed([Datum])
    case undefined(Undefined)
    case object(any TemplateObject)
}

/// A missing value. It may be tested and given a default; using it is an error, which is worded only then.
struct Undefined {
    /// Stands for nothing instead of being an error: an inline `if` without `else`.
    var isSilent = false
    let problem: () -> Problem
}

/// A mistake found by code that does not know where in the template it is working; the evaluator adds the place.
struct Fault: Error {
    let message: String
    let hint: String?

    init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}

extension Datum {
    static var null: Datum { .value(.null) }

    static func bool(_ flag: Bool) -> Datum { .value(.bool(flag)) }
    static func int(_ number: Int) -> Datum { .value(.int(number)) }
    static func string(_ text: String) -> Datum { .value(.string(text)) }

    /// A list of anything; plain when all of it is.
    static func list(_ items: [Datum]) -> Datum {
        var values: [Value] = []
        values.reserveCapacity(items.count)
        for item in items {
            guard case .value(let value) = item else { return .mixed(items) }
            values.append(value)
        }
        return .value(.list(values))
    }

    /// The undefined value that this is, or the first in a list.
    var missingPart: Undefined? {
        switch self {
        case .undefined(let undefined): undefined
        case .mixed(let items): items.lazy.compactMap(\.missingPart).first
        case .value, .object: nil
        }
    }

    var isUndefined: Bool { if case .undefined = self { true } else { false } }

    /// The plain data that this is.
    /// - Throws: the problem of an undefined value; `Fault` for what lives only in templates, such as a macro.
    func value() throws -> Value {
        switch self {
        case .value(let value): return value
        case .mixed(let items): return .list(try items.map { try $0.value() })
        case .undefined(let undefined):
            guard undefined.isSilent else { throw undefined.problem() }
            return .string("")
        case .object(let object):
            guard let value = object.value else { throw Fault("\(object.kind) is no value that can be used here") }
            return value
        }
    }

    /// What an error message calls it.
    var kind: String {
        switch self {
        case .value(let value): value.kind
        case .mixed: "a list"
        case .undefined: "an undefined value"
        case .object(let object): object.kind
        }
    }

    /// Whether `if` takes it for true.
    func isTrue() throws -> Bool {
        switch self {
        case .value(let value): return value.isTrue
        case .mixed(let items): return !items.isEmpty
        case .object: return true
        case .undefined(let undefined):
            guard undefined.isSilent else { throw undefined.problem() }
            return false
        }
    }

    /// What a loop goes through: items of a list, keys of a mapping, characters of a string.
    func items() throws -> [Datum] {
        switch self {
        case .mixed(let items): return items
        case .undefined(let undefined) where undefined.isSilent: return []
        default: return try value().items().map(Datum.value)
        }
    }
}

extension Value {
    /// Python's truth.
    var isTrue: Bool {
        switch self {
        case .null: false
        case .bool(let flag): flag
        case .int(let number): number != 0
        case .float(let number): number != 0
        case .string(let text): !text.isEmpty
        case .list(let items): !items.isEmpty
        case .map(let entries): !entries.isEmpty
        }
    }

    /// What Python's `iter` goes through.
    func items() throws -> [Value] {
        switch self {
        case .list(let items): return items
        case .map(let entries): return Array(entries.keys)
        case .string(let text): return text.unicodeScalars.map { .string(String($0)) }
        default: throw Fault("\(kind) can't be looped over")
        }
    }
}
