import Diagnostics
import OrderedCollections
import YAML

extension Filter {
    /// Filters that write and read JSON.
    static let jsonFilters: [String: Filter] = [
        "to_json": Filter(Parameters([], moreNamed: true)) { value, arguments in
            .string(try jsonText(arguments, indent: nil, sortsKeys: false).text(value))
        },
        "to_nice_json": Filter(Parameters(["indent", "sort_keys"], moreNamed: true)) { value, arguments in
            let indent = try arguments.int("indent") ?? 4
            let sortsKeys = try arguments.flag("sort_keys", default: true)
            return .string(try jsonText(arguments, indent: indent, sortsKeys: sortsKeys).text(value))
        },
        "tojson": Filter(["indent"]) { value, arguments in
            let json = JSONText(indent: try arguments.int("indent"), sortsKeys: true)
            let escapes = [("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("'", "\\u0027")]
            return .string(escapes.reduce(try json.text(value)) { $0.pythonReplace($1.0, with: $1.1) })
        },
        "from_json": Filter { value, _ in
            guard let text = value.string else { throw Fault("filter 'from_json' needs a string, not \(value.kind)") }
            do {
                return try Value(json: text)
            } catch let error as Problem {
                throw Fault("the text is no JSON: \(error.message)")
            }
        },
    ]

    /// The options of Python's `json.dumps` that playbooks use.
    private static func jsonText(_ arguments: BoundArguments, indent: Int?, sortsKeys: Bool) throws -> JSONText {
        var json = JSONText(indent: indent, sortsKeys: sortsKeys)
        for (name, datum) in arguments.moreNamed {
            let value = try datum.value()
            switch name {
            case "indent": json.indent = value.integer
            case "sort_keys": json.sortsKeys = value.isTrue
            case "ensure_ascii": json.escapesNonASCII = value.isTrue
            case "separators":
                guard let parts = value.list, parts.count == 2, let item = parts[0].string, let key = parts[1].string
                else { throw Fault("'separators' needs two strings") }
                (json.itemSeparator, json.keySeparator) = (item, key)
            case "vault_to_text", "preprocess_unsafe": break
            default: throw Fault("the filter has no argument '\(name)' that is supported")
            }
        }
        return json
    }
}
