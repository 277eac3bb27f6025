import _StringProcessing
import OrderedCollections
import YAML

extension Evaluator {
    /// The compiled pattern; each is compiled once a rendering.
    func pattern(_ pattern: String, ignoresCase: Bool, isMultiline: Bool) throws -> Pattern {
        let key = "\(ignoresCase ? "i" : "-")\(isMultiline ? "m" : "-")\(pattern)"
        if let compiled = patterns[key] { return compiled }
        let compiled = try Pattern(pattern, ignoresCase: ignoresCase, isMultiline: isMultiline)
        patterns[key] = compiled
        return compiled
    }
}

extension BoundArguments {
    /// The pattern among the arguments, with the flags beside it.
    func pattern(_ name: String, _ evaluator: Evaluator) throws -> Pattern {
        try evaluator.pattern(
            requiredString(name), ignoresCase: flag("ignorecase"), isMultiline: flag("multiline"))
    }
}

extension Filter {
    /// Filters with regular expressions.
    static let regexFilters: [String: Filter] = [
        "regex_replace": Filter([
            "pattern", "replacement", "ignorecase", "multiline", "count", "mandatory_count",
        ]) { input, arguments, evaluator in
            let text = PythonText.text(of: try input.value())
            let pattern = try arguments.pattern("pattern", evaluator)
            let replacement = try ReplacementTemplate(arguments.string("replacement") ?? "")
            let limit = try arguments.int("count") ?? 0
            let matches = pattern.all(in: text).prefix(limit > 0 ? limit : Int.max)
            if let wanted = try arguments.int("mandatory_count"), wanted != 0, wanted != matches.count {
                throw Fault("the pattern should match \(wanted) times, but matches \(matches.count) times")
            }
            var result = ""
            var end = text.startIndex
            for match in matches {
                result += String(text.unicodeScalars[end..<match.range.lowerBound])
                result += try replacement.text(for: match)
                end = match.range.upperBound
            }
            return .string(result + String(text.unicodeScalars[end...]))
        },
        "regex_search": Filter(Parameters(["regex"], morePositional: true, moreNamed: true)) {
            input, arguments, evaluator in
            let text = PythonText.text(of: try input.value())
            let pattern = try evaluator.pattern(
                arguments.requiredString("regex"), ignoresCase: arguments.moreNamed["ignorecase"]?.isTrue() ?? false,
                isMultiline: arguments.moreNamed["multiline"]?.isTrue() ?? false)
            guard let match = try pattern.first(in: text) else { return .null }
            if arguments.morePositional.isEmpty { return .string(match.groups[0] ?? "") }
            return .value(.list(try arguments.morePositional.map { try group($0.value(), of: match) }))
        },
        "regex_findall": Filter(["regex", "multiline", "ignorecase"]) { input, arguments, evaluator in
            let pattern = try arguments.pattern("regex", evaluator)
            let matches = pattern.all(in: PythonText.text(of: try input.value()))
            return .value(
                .list(
                    matches.map { match in
                        let groups = match.groups.map { Value.string($0 ?? "") }
                        return groups.count == 1
                            ? groups[0] : groups.count == 2 ? groups[1] : .list(Array(groups[1...]))
                    }))
        },
        "regex_escape": .text(["re_type"]) { text, arguments in
            let kind = try arguments.string("re_type") ?? "python"
            guard let special = specialCharacters[kind] else {
                throw Fault("filter 'regex_escape' knows no type '\(kind)'")
            }
            return .string(text.unicodeScalars.map { special.contains($0) ? "\\\($0)" : "\($0)" }.joined())
        },
    ]

    private static let specialCharacters: [String: Set<Unicode.Scalar>] = [
        "python": Set("()[]{}?*+-|^$\\.&~# \t\n\r\u{0B}\u{0C}".unicodeScalars),
        "posix_basic": Set("].[^$*\\".unicodeScalars),
    ]

    /// The group that `\1` or `\g<name>` names.
    private static func group(_ reference: Value, of match: Pattern.Match) throws -> Value {
        guard let text = reference.string, text.hasPrefix("\\") else {
            throw Fault("filter 'regex_search' takes groups such as '\\\\1' or '\\\\g<name>'")
        }
        let name = text.dropFirst().trimmingPrefix("g<").prefix { $0 != ">" }
        if let index = Int(name) {
            return try ReplacementTemplate.group(index, of: match).map(Value.string) ?? .null
        }
        guard let index = match.names[String(name)] else { throw Fault("there is no group '\(name)'") }
        return match.groups[index].map(Value.string) ?? .null
    }
}
