import OrderedCollections
import YAML

extension Filter {
    /// Filters that change a text's letters or parts.
    static let textFilters: [String: Filter] = [
        "upper": .text { text, _ in .string(text.uppercased()) },
        "lower": .text { text, _ in .string(text.lowercased()) },
        "title": .text { text, _ in .string(TitleCase.jinja(text)) },
        "capitalize": .text { text, _ in .string(text.pythonCapitalized) },
        "string": .text { text, _ in .string(text) },
        "safe": Filter { value, _ in value },
        "forceescape": .text { text, _ in .string(escapedForMarkup(text)) },
        "escape": .text { text, _ in .string(escapedForMarkup(text)) },
        "e": .text { text, _ in .string(escapedForMarkup(text)) },
        "trim": .text(["chars"]) { text, arguments in
            guard let characters = try arguments.string("chars") else { return .string(text.trimmingWhitespace()) }
            return .string(text.trimmingCharacters(in: characters))
        },
        "replace": .text(["old", "new", "count"]) { text, arguments in
            let old = PythonText.text(of: try arguments.required("old"))
            let new = PythonText.text(of: try arguments.required("new"))
            return .string(text.pythonReplace(old, with: new, count: try arguments.int("count") ?? -1))
        },
        "split": Filter(["sep", "maxsplit"]) { value, arguments in
            guard let text = value.string else { throw Fault("filter 'split' needs a string, not \(value.kind)") }
            let parts = try text.pythonSplit(arguments.string("sep"), limit: arguments.int("maxsplit") ?? -1)
            return .list(parts.map(Value.string))
        },
        "format": Filter(Parameters([], morePositional: true, moreNamed: true)) { value, arguments in
            guard let text = value.string else { throw Fault("filter 'format' needs a string, not \(value.kind)") }
            let values = try arguments.morePositional.map { try $0.value() }
            guard !arguments.moreNamed.isEmpty else { return .string(try PercentFormat.text(text, values)) }
            var map = ValueMap()
            for (name, datum) in arguments.moreNamed { map[.string(name)] = try datum.value() }
            return .string(try PercentFormat.text(text, [.map(map)]))
        },
        "wordcount": .text { text, _ in
            .int(
                text.unicodeScalars.split {
                    !($0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_")
                }.count)
        },
        "quote": Filter { value, _ in .string(quotedForShell(value == .null ? "" : PythonText.text(of: value))) },
    ]

    private static func escapedForMarkup(_ text: String) -> String {
        let names = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("'", "&#39;"), ("\"", "&#34;")]
        return names.reduce(text) { $0.pythonReplace($1.0, with: $1.1) }
    }

    /// Python's `shlex.quote`.
    private static func quotedForShell(_ text: String) -> String {
        let safe = text.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
                || "@%+=:,./-_".unicodeScalars.contains($0)
        }
        if safe, !text.isEmpty { return text }
        return "'" + text.pythonReplace("'", with: "'\"'\"'") + "'"
    }
}
