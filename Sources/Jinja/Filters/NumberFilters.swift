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
            if method == "common", let whole = value.integer { return .int(try rounded(whole, precision)) }
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

    private static func integer(_ value: Value, base: Int) throws -> Value? {
        if let number = value.integer { return .int(number) }
        if let text = value.string, let number = try pythonInteger(text, base: base) { return .int(number) }
        guard let number = value.number ?? value.string.flatMap(pythonFloat), number.isFinite else { return nil }
        guard let whole = Int(exactly: number.rounded(.towardZero)) else {
            throw tooLarge(PythonText.text(of: value))
        }
        return .int(whole)
    }

    private static func tooLarge(_ number: String) -> Fault {
        Fault("the integer \(number) does not fit in 64 bits", hint: "keep it a text if it is not counted with")
    }

    /// Python's `int(text, base)`.
    /// - Throws: `Fault` where Python would give a number that has more than 64 bits.
    static func pythonInteger(_ text: String, base: Int) throws -> Int? {
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
        if radix == 0 { radix = 10 }
        if let number = Int((isNegative ? "-" : "") + digits, radix: radix) { return number }
        guard digits.allSatisfy({ Int(String($0), radix: radix) != nil }) else { return nil }
        throw tooLarge(text.trimmingWhitespace())
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

    /// Python's `round(number, precision)`: halves go to the even neighbour.
    private static func rounded(_ number: Int, _ precision: Int) throws -> Int {
        if precision >= 0 { return number }
        guard precision >= -18 else { return 0 }
        let unit = (0..<(-precision)).reduce(1) { unit, _ in unit * 10 }
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: unit)
        let distance = remainder.magnitude
        let isUp = distance * 2 > UInt(unit) || (distance * 2 == UInt(unit) && quotient % 2 != 0)
        let (result, isOver) = (quotient + (isUp ? number.signum() : 0)).multipliedReportingOverflow(by: unit)
        if isOver { throw tooLarge("that \(number) is rounded to") }
        return result
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
