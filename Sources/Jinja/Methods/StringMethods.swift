import OrderedCollections
import YAML

extension Methods {
    static let strings = cases.merging(parts) { first, _ in first }.merging(questions) { first, _ in first }

    private static let cases: [String: (Parameters, Method<String>)] = [
        "upper": ([], { text, _ in .string(text.uppercased()) }),
        "lower": ([], { text, _ in .string(text.lowercased()) }),
        "casefold": ([], { text, _ in .string(text.lowercased()) }),
        "capitalize": ([], { text, _ in .string(text.pythonCapitalized) }),
        "title": ([], { text, _ in .string(TitleCase.python(text)) }),
        "swapcase": (
            [],
            { text, _ in
                .string(text.map { $0.isUppercase ? $0.lowercased() : $0.uppercased() }.joined())
            }
        ),
        "strip": (["chars"], { text, arguments in .string(try stripped(text, arguments, start: true, end: true)) }),
        "lstrip": (["chars"], { text, arguments in .string(try stripped(text, arguments, start: true, end: false)) }),
        "rstrip": (["chars"], { text, arguments in .string(try stripped(text, arguments, start: false, end: true)) }),
        "center": (
            ["width", "fill"], { text, arguments in .string(try padded(text, arguments, left: true, right: true)) }
        ),
        "ljust": (
            ["width", "fill"], { text, arguments in .string(try padded(text, arguments, left: false, right: true)) }
        ),
        "rjust": (
            ["width", "fill"], { text, arguments in .string(try padded(text, arguments, left: true, right: false)) }
        ),
        "zfill": (
            ["width"],
            { text, arguments in
                let sign = text.hasPrefix("-") || text.hasPrefix("+") ? String(text.prefix(1)) : ""
                let width = (try arguments.int("width") ?? 0) - sign.count
                return .string(
                    sign + String(text.dropFirst(sign.count)).padded(to: width, left: true, right: false, with: "0"))
            }
        ),
        "format": (
            .any,
            { text, arguments in
                .string(
                    try BraceFormat.text(text, arguments.morePositional.map { try $0.value() }, arguments.moreNamed))
            }
        ),
        "expandtabs": (
            ["tabsize"], { text, arguments in .string(text.expandingTabs(to: try arguments.int("tabsize") ?? 8)) }
        ),
        "encode": (["encoding", "errors"], { text, _ in .string(text) }),
    ]

    private static let parts: [String: (Parameters, Method<String>)] = [
        "split": (
            ["sep", "maxsplit"],
            { text, arguments in
                let parts = try text.pythonSplit(arguments.string("sep"), limit: arguments.int("maxsplit") ?? -1)
                return .list(parts.map(Value.string))
            }
        ),
        "rsplit": (
            ["sep", "maxsplit"],
            { text, arguments in
                let limit = try arguments.int("maxsplit") ?? -1
                let separator = try arguments.string("sep")
                if limit < 0 { return .list(try text.pythonSplit(separator).map(Value.string)) }
                let mirrored = separator.map { String($0.unicodeScalars.reversed()) }
                let parts = try String(text.unicodeScalars.reversed()).pythonSplit(mirrored, limit: limit)
                return .list(parts.reversed().map { .string(String($0.unicodeScalars.reversed())) })
            }
        ),
        "splitlines": (
            ["keepends"],
            { text, arguments in
                .list(try text.pythonLines(keepingEnds: arguments.flag("keepends")).map(Value.string))
            }
        ),
        "partition": (
            ["sep"],
            { text, arguments in
                let separator = try arguments.requiredString("sep")
                let parts = try text.pythonSplit(separator, limit: 1)
                return .list((parts.count == 2 ? [parts[0], separator, parts[1]] : [text, "", ""]).map(Value.string))
            }
        ),
        "join": (
            ["items"],
            { text, arguments in
                let items = try arguments.required("items").items().map { item -> String in
                    guard let part = item.string else { throw Fault("'join' needs strings, not \(item.kind)") }
                    return part
                }
                return .string(items.joined(separator: text))
            }
        ),
        "replace": (
            ["old", "new", "count"],
            { text, arguments in
                let old = try arguments.requiredString("old")
                let new = try arguments.requiredString("new")
                return .string(text.pythonReplace(old, with: new, count: try arguments.int("count") ?? -1))
            }
        ),
        "removeprefix": (
            ["prefix"],
            { text, arguments in
                let prefix = try arguments.requiredString("prefix")
                return .string(text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text)
            }
        ),
        "removesuffix": (
            ["suffix"],
            { text, arguments in
                let suffix = try arguments.requiredString("suffix")
                return .string(text.hasSuffix(suffix) ? String(text.dropLast(suffix.count)) : text)
            }
        ),
    ]

    private static let questions: [String: (Parameters, Method<String>)] = [
        "startswith": (
            ["prefix"],
            { text, arguments in
                .bool(try affixes(arguments.required("prefix")).contains { $0.isEmpty || text.hasPrefix($0) })
            }
        ),
        "endswith": (
            ["suffix"],
            { text, arguments in
                .bool(try affixes(arguments.required("suffix")).contains { $0.isEmpty || text.hasSuffix($0) })
            }
        ),
        "find": (["sub"], { text, arguments in .int(try offset(of: arguments, in: text) ?? -1) }),
        "index": (
            ["sub"],
            { text, arguments in
                guard let offset = try offset(of: arguments, in: text) else {
                    throw Fault("the string has no such part")
                }
                return .int(offset)
            }
        ),
        "count": (
            ["sub"],
            { text, arguments in
                let part = try arguments.requiredString("sub")
                return .int(part.isEmpty ? text.pythonLength + 1 : try text.pythonSplit(part).count - 1)
            }
        ),
        "isdigit": ([], { text, _ in .bool(consists(text) { $0.properties.numericType == .decimal }) }),
        "isdecimal": ([], { text, _ in .bool(consists(text) { $0.properties.numericType == .decimal }) }),
        "isnumeric": ([], { text, _ in .bool(consists(text) { $0.properties.numericType != nil }) }),
        "isalpha": ([], { text, _ in .bool(consists(text) { $0.properties.isAlphabetic }) }),
        "isalnum": (
            [],
            { text, _ in
                .bool(consists(text) { $0.properties.isAlphabetic || $0.properties.numericType != nil })
            }
        ),
        "isspace": ([], { text, _ in .bool(consists(text) { $0.properties.isWhitespace }) }),
        "isupper": ([], { text, _ in .bool(text.uppercased() == text && text.lowercased() != text) }),
        "islower": ([], { text, _ in .bool(text.lowercased() == text && text.uppercased() != text) }),
    ]

    private static func stripped(_ text: String, _ arguments: BoundArguments, start: Bool, end: Bool) throws -> String {
        guard let characters = try arguments.string("chars") else {
            return text.trimmed(start: start, end: end) { $0.properties.isWhitespace }
        }
        let set = Set(characters.unicodeScalars)
        return text.trimmed(start: start, end: end) { set.contains($0) }
    }

    private static func padded(_ text: String, _ arguments: BoundArguments, left: Bool, right: Bool) throws -> String {
        let fill = try arguments.string("fill")?.unicodeScalars.first ?? " "
        return text.padded(to: try arguments.int("width") ?? 0, left: left, right: right, with: fill)
    }

    private static func affixes(_ value: Value) throws -> [String] {
        try (value.list ?? [value]).map { part in
            guard let text = part.string else { throw Fault("a string begins and ends with strings, not \(part.kind)") }
            return text
        }
    }

    private static func offset(of arguments: BoundArguments, in text: String) throws -> Int? {
        let part = try arguments.requiredString("sub")
        if part.isEmpty { return 0 }
        let scalars = text.unicodeScalars
        return scalars.firstRange(of: Array(part.unicodeScalars)).map { scalars[..<$0.lowerBound].count }
    }

    private static func consists(_ text: String, of isWanted: (Unicode.Scalar) -> Bool) -> Bool {
        !text.isEmpty && text.unicodeScalars.allSatisfy(isWanted)
    }
}
