import Glibc
import OrderedCollections
import YAML

extension Filter {
    /// Filters about numbers and booleans.
    static let numberFilters: [String: Filter] = [
        "int": Filter(["default", "base"]) { value, arguments in
            try integer(value, base: arguments.int("base") ?? 10) ?? arguments.value("default") ?? 0
        },
        "float": Filter(["default"]) { value, arguments in
            if let number = value.number ?? value.string.flatMap(pythonFloat) { return .float(number) }
            return try arguments.value("default") ?? 0.0
        },
        "bool": Filter { value, _ in .bool(try boolean(value)) },
        "abs": Filter { value, _ in
            if let number = value.integer { return number < 0 ? try Arithmetic.negated(.int(number)) : .int(number) }
            guard let number = value.number else { throw Fault("filter 'abs' needs a number, not \(value.kind)") }
            return .float(number.magnitude)
        },
        "round": Filter(["precision", "method"]) { value, arguments in
            guard let number = value.number else { throw Fault("filter 'round' needs a number, not \(value.kind)") }
            let method = try arguments.string("method") ?? "common"
            let precision = try arguments.int("precision") ?? 0
            if method == "common", let whole = value.integer, precision >= 0 { return .int(whole) }
            return .float(try rounded(number, precision, method))
        },
        "log": Filter(["base"]) { value, arguments in
            let number = try requiredNumber(value, of: "log")
            guard let base = try arguments.value("base") else { return .float(Glibc.log(number)) }
            let divisor = try requiredNumber(base, of: "log")
            return .float(divisor == 10 ? log10(number) : Glibc.log(number) / Glibc.log(divisor))
        },
        "pow": Filter(["y"]) { value, arguments in
            .float(pow(try requiredNumber(value, of: "pow"), try requiredNumber(arguments.required("y"), of: "pow")))
        },
        "root": Filter(["base"]) { value, arguments in
            let number = try requiredNumber(value, of: "root")
            let base = try requiredNumber(arguments.value("base") ?? 2, of: "root")
            return .float(base == 2 ? number.squareRoot() : pow(number, 1 / base))
        },
    ]

    private static func requiredNumber(_ value: Value, of name: String) throws -> Double {
        guard let number = value.number else { throw Fault("filter '\(name)' needs numbers, not \(value.kind)") }
        return number
    }

    private static func integer(_ value: Value, base: Int) -> Value? {
        if let number = value.integer { return .int(number) }
        if let text = value.string, let number = pythonInteger(text, base: base) { return .int(number) }
        guard let number = value.number ?? value.string.flatMap(pythonFloat) else { return nil }
        return Int(exactly: number.rounded(.towardZero)).map(Value.int)
    }

    /// Python's `int(text, base)`.
    static func pythonInteger(_ text: String, base: Int) -> Int? {
        guard base == 0 || (2...36).contains(base) else { return nil }
        var digits = text.trimmingWhitespace().lowercased()
        let isNegative = digits.hasPrefix("-")
        if isNegative || digits.hasPrefix("+") { digits.removeFirst() }
        var radix = base
        for (prefix, value) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
            guard base == 0 || base == value else { continue }
            radix = value
            digits.removeFirst(2)
        }
        guard digits.first?.isWholeNumber == true || digits.first?.isLetter == true else { return nil }
        digits = digits.pythonReplace("_", with: "")
        return Int((isNegative ? "-" : "") + digits, radix: radix == 0 ? 10 : radix)
    }

    /// Python's `float(text)`.
    static func pythonFloat(_ text: String) -> Double? {
        let trimmed = text.trimmingWhitespace()
        guard !trimmed.lowercased().contains("x") else { return nil }
        return Double(trimmed.pythonReplace("_", with: ""))
    }

    /// Ansible's `bool`: yes, on, true and 1 are true; no, off, false and 0 are false.
    private static func boolean(_ value: Value) throws -> Bool {
        switch value {
        case .bool(let flag): return flag
        case .float(let number): return number == 1
        case .null, .list, .map: return false
        default: break
        }
        return ["yes", "on", "true", "1"].contains(PythonText.text(of: value).lowercased())
    }

    private static func rounded(_ number: Double, _ precision: Int, _ method: String) throws -> Double {
        let scale = pow(10, Double(precision))
        switch method {
        case "common":
            guard precision > 0 else { return (number * scale).rounded(.toNearestOrEven) / scale }
            guard precision < 18 else { return number }
            return Double(FormatSpec.printed("%.\(precision)f", number)) ?? number
        case "ceil": return (number * scale).rounded(.up) / scale
        case "floor": return (number * scale).rounded(.down) / scale
        default: throw Fault("filter 'round' knows 'common', 'ceil' and 'floor', not '\(method)'")
        }
    }
}
