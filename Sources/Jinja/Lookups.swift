import Diagnostics
import Glibc
import OrderedCollections
package import YAML

/// The lookups that need nothing from the project.
package enum PlainLookup {
    /// What the lookup finds.
    /// - Throws: `Problem` when there is no such lookup here, or it can't take these arguments.
    package static func lookup(_ kind: String, _ arguments: [Value], options: ValueMap) throws -> [Value] {
        do {
            return try find(kind, arguments, options)
        } catch let fault as Fault {
            throw Problem("lookup '\(kind)': \(fault.message)", hint: fault.hint)
        }
    }

    private static func find(_ kind: String, _ arguments: [Value], _ options: ValueMap) throws -> [Value] {
        switch kind {
        case "env": arguments.map { environmentVariable($0, default: options[.string("default")]) }
        case "items": arguments.flatMap { $0.list ?? [$0] }
        case "list": arguments
        case "dict": try arguments.flatMap(entries)
        case "nested": try RowLookup.nested(arguments)
        case "together": try RowLookup.together(arguments)
        case "indexed_items": try RowLookup.indexed(arguments)
        case "subelements": try RowLookup.subelements(arguments)
        case "sequence": try SequenceLookup.numbers(arguments, options)
        default: throw Fault("is not supported", hint: LookupName.hint(for: kind))
        }
    }

    private static func environmentVariable(_ name: Value, default defaultValue: Value?) -> Value {
        guard let text = getenv(PythonText.text(of: name)) else { return defaultValue ?? "" }
        return .string(String(cString: text))
    }

    private static func entries(of value: Value) throws -> [Value] {
        guard let map = value.map else { throw Fault("needs a mapping, not \(value.kind)") }
        return map.map { .map(["key": $0.key, "value": $0.value]) }
    }
}
