import OrderedCollections
import YAML

/// Python's `'…%s…' % values`.
enum PercentFormat {
    static func text(_ format: String, _ values: [Value]) throws -> String {
        var rest = Array(format.unicodeScalars)[...]
        var waiting = values[...]
        var result = String.UnicodeScalarView()
        var usesNames = false
        while let scalar = rest.popFirst() {
            guard scalar == "%" else {
                result.append(scalar)
                continue
            }
            let (name, spec) = try specification(&rest, &waiting)
            guard let type = rest.popFirst() else { throw Fault("the format ends in the middle of a '%'") }
            if type == "%" {
                result.append("%")
                continue
            }
            usesNames = usesNames || name != nil
            let value = try name.map { try named($0, in: values) } ?? next(&waiting)
            result.append(contentsOf: try converted(value, type, spec).unicodeScalars)
        }
        if !usesNames, !waiting.isEmpty, !(values.count == 1 && values[0].map != nil) {
            throw Fault("the format has fewer places than there are values")
        }
        return String(result)
    }

    private static func specification(
        _ rest: inout ArraySlice<Unicode.Scalar>, _ waiting: inout ArraySlice<Value>
    ) throws -> (name: String?, spec: FormatSpec) {
        var spec = FormatSpec()
        spec.align = ">"
        var name: String?
        if FormatSpec.skip("(", in: &rest) {
            let text = rest.prefix { $0 != ")" }
            name = String(text)
            rest = rest.dropFirst(text.count + 1)
        }
        while let flag = rest.first, "-+ 0#".unicodeScalars.contains(flag) {
            rest = rest.dropFirst()
            set(flag, in: &spec)
        }
        spec.width = try starred(&rest, &waiting) ?? 0
        if FormatSpec.skip(".", in: &rest) { spec.precision = try starred(&rest, &waiting) ?? 0 }
        while let size = rest.first, "hlL".unicodeScalars.contains(size) { rest = rest.dropFirst() }
        return (name, spec)
    }

    private static func set(_ flag: Unicode.Scalar, in spec: inout FormatSpec) {
        switch flag {
        case "-": (spec.align, spec.fill) = ("<", " ")
        case "0" where spec.align != "<": (spec.align, spec.fill) = ("=", "0")
        case "+": spec.sign = "+"
        case " " where spec.sign != "+": spec.sign = " "
        case "#": spec.isAlternate = true
        default: break
        }
    }

    private static func starred(
        _ rest: inout ArraySlice<Unicode.Scalar>, _ waiting: inout ArraySlice<Value>
    ) throws -> Int? {
        guard FormatSpec.skip("*", in: &rest) else { return try FormatSpec.number(in: &rest) }
        guard let number = try next(&waiting).integer, (0...FormatSpec.widest).contains(number) else {
            throw Fault("'*' in the format needs a small integer")
        }
        return number
    }

    private static func next(_ waiting: inout ArraySlice<Value>) throws -> Value {
        guard let value = waiting.popFirst() else { throw Fault("the format has more places than there are values") }
        return value
    }

    private static func named(_ name: String, in values: [Value]) throws -> Value {
        guard let map = values.first?.map else { throw Fault("a format with names needs a mapping") }
        guard let value = map[.string(name)] else { throw Fault("the mapping has no key '\(name)' for the format") }
        return value
    }

    private static func converted(_ value: Value, _ type: Unicode.Scalar, _ spec: FormatSpec) throws -> String {
        var spec = spec
        switch type {
        case "s", "r", "a":
            spec.type = "s"
            if spec.fill == "0" { (spec.fill, spec.align) = (" ", ">") }
            return try spec.text(
                .string(type == "s" ? PythonText.text(of: value) : PythonText.representation(of: value)))
        case "d", "i", "u":
            guard let number = value.number, number.isFinite, abs(number) < 9e18 else {
                throw Fault("'%\(type)' needs a number, not \(value.kind)")
            }
            spec.type = "d"
            return try spec.text(.int(value.integer ?? Int(number)))
        case "x", "X", "o", "c":
            if type == "c", let text = value.string { return text }
            guard let number = value.integer else { throw Fault("'%\(type)' needs an integer, not \(value.kind)") }
            spec.type = type
            return try spec.text(.int(number))
        case "e", "E", "f", "F", "g", "G":
            guard let number = value.number else { throw Fault("'%\(type)' needs a number, not \(value.kind)") }
            spec.type = type
            return try spec.text(.float(number))
        default: throw Fault("the format has the unknown conversion '%\(type)'")
        }
    }
}
