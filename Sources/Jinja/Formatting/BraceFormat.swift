import OrderedCollections
import YAML

/// Python's `'…{}…{name:>10}…'.format(…)`.
enum BraceFormat {
    static func text(
        _ format: String, _ values: [Value], _ named: OrderedDictionary<String, Datum>
    ) throws -> String {
        var rest = Array(format.unicodeScalars)[...]
        var result = String.UnicodeScalarView()
        var index = 0
        while let scalar = rest.popFirst() {
            switch scalar {
            case "{" where rest.first == "{", "}" where rest.first == "}":
                result.append(scalar)
                rest = rest.dropFirst()
            case "{":
                let field = rest.prefix { $0 != "}" }
                guard field.count < rest.count else { throw Fault("a '{' of the format is never closed") }
                rest = rest.dropFirst(field.count + 1)
                let written = try replaced(String(field), values, named, &index)
                result.append(contentsOf: written.unicodeScalars)
            case "}": throw Fault("a '}' of the format was never opened", hint: "write '}}' for a brace")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    private static func replaced(
        _ field: String, _ values: [Value], _ named: OrderedDictionary<String, Datum>, _ index: inout Int
    ) throws -> String {
        let parts = field.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let reference = parts[0].split(separator: "!", maxSplits: 1, omittingEmptySubsequences: false)
        var value = try resolved(String(reference[0]), values, named, &index)
        if reference.count > 1 {
            value = .string(reference[1] == "r" ? PythonText.representation(of: value) : PythonText.text(of: value))
        }
        return try FormatSpec(parts.count > 1 ? String(parts[1]) : "").text(value)
    }

    /// The value of `0`, `name`, `name.attribute` or `name[key]`.
    private static func resolved(
        _ reference: String, _ values: [Value], _ named: OrderedDictionary<String, Datum>, _ index: inout Int
    ) throws -> Value {
        let steps = reference.split { $0 == "." || $0 == "[" || $0 == "]" }.map(String.init)
        let isNameless = reference.isEmpty || reference.hasPrefix(".") || reference.hasPrefix("[")
        var value: Value
        if isNameless || Int(steps[0]) != nil {
            let position = isNameless ? index : Int(steps[0]) ?? 0
            if isNameless { index += 1 }
            guard values.indices.contains(position) else { throw Fault("the format has more places than values") }
            value = values[position]
        } else {
            guard let datum = named[steps[0]] else { throw Fault("the format has no value for '\(steps[0])'") }
            value = try datum.value()
        }
        for step in steps.dropFirst(isNameless ? 0 : 1) {
            guard let inner = value[step] ?? Int(step).flatMap({ value.element(.int($0)) }) else {
                throw Fault("the value in the format has no item '\(step)'")
            }
            value = inner
        }
        return value
    }
}
