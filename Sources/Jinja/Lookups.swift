import Diagnostics
import Glibc
import OrderedCollections
package import YAML

/// The lookups that need nothing from the project: `env`, `items`, `dict`.
package enum PlainLookup {
    /// What the lookup finds.
    /// - Throws: `Problem` when there is no such lookup here, or it can't take these arguments.
    package static func lookup(_ kind: String, _ arguments: [Value], options: ValueMap) throws -> [Value] {
        switch kind {
        case "env": arguments.map { environmentVariable($0, default: options[.string("default")]) }
        case "items", "list": arguments.flatMap { $0.list ?? [$0] }
        case "dict": try arguments.flatMap(entries)
        default: throw Problem("lookup '\(kind)' is not supported here")
        }
    }

    private static func environmentVariable(_ name: Value, default defaultValue: Value?) -> Value {
        guard let text = getenv(PythonText.text(of: name)) else { return defaultValue ?? "" }
        return .string(String(cString: text))
    }

    private static func entries(of value: Value) throws -> [Value] {
        guard let map = value.map else { throw Problem("lookup 'dict' needs a mapping, not \(value.kind)") }
        return map.map { .map(["key": $0.key, "value": $0.value]) }
    }
}
