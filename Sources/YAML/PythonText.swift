import OrderedCollections

/// How Python prints values: what templates show, and what modules get where they want a text.
package enum PythonText {
    /// `str(value)`: a string as it is, anything else as in code.
    package static func text(of value: Value) -> String {
        if case .string(let text) = value { text } else { representation(of: value) }
    }

    /// `repr(value)`.
    package static func representation(of value: Value) -> String {
        switch value {
        case .null: return "None"
        case .bool(let flag): return flag ? "True" : "False"
        case .int(let number): return String(number)
        case .float(let number): return representation(of: number)
        case .string(let text): return representation(of: text)
        case .list(let items): return "[" + items.map(representation).joined(separator: ", ") + "]"
        case .map(let entries):
            let parts = entries.map { "\(representation(of: $0.key)): \(representation(of: $0.value))" }
            return "{" + parts.joined(separator: ", ") + "}"
        }
    }

    /// The shortest digits that give the number back; an exponent below 1e-4 and from 1e16 on.
    package static func representation(of number: Double) -> String {
        if number.isNaN { return "nan" }
        if number.isInfinite { return number < 0 ? "-inf" : "inf" }
        if number == 0 { return number.sign == .minus ? "-0.0" : "0.0" }
        let (digits, exponent) = decimal(number.magnitude)
        let sign = number < 0 ? "-" : ""
        if exponent < -4 || exponent >= 16 {
            let rest = digits.dropFirst()
            let mantissa = rest.isEmpty ? String(digits.prefix(1)) : "\(digits.prefix(1)).\(rest)"
            let size = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
            return "\(sign)\(mantissa)e\(exponent < 0 ? "-" : "+")\(size)"
        }
        if exponent < 0 { return "\(sign)0.\(String(repeating: "0", count: -exponent - 1))\(digits)" }
        if digits.count <= exponent + 1 {
            return "\(sign)\(digits)\(String(repeating: "0", count: exponent + 1 - digits.count)).0"
        }
        return "\(sign)\(digits.prefix(exponent + 1)).\(digits.dropFirst(exponent + 1))"
    }

    /// The significant digits and the power of ten of the first of them.
    private static func decimal(_ number: Double) -> (digits: String, exponent: Int) {
        let parts = number.description.split(separator: "e", maxSplits: 1)
        let mantissa = parts[0].split(separator: ".", maxSplits: 1)
        let whole = mantissa[0]
        let fraction = mantissa.count > 1 ? mantissa[1] : ""
        var exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + whole.count - 1
        var digits = String(whole + fraction)
        while digits.hasPrefix("0"), digits.count > 1 {
            digits.removeFirst()
            exponent -= 1
        }
        while digits.hasSuffix("0"), digits.count > 1 { digits.removeLast() }
        return (digits, exponent)
    }

    /// A string in quotes: single ones, unless that would need escapes and double ones would not.
    package static func representation(of text: String) -> String {
        let quote: Unicode.Scalar = text.contains("'") && !text.contains("\"") ? "\"" : "'"
        var result = String(quote)
        for scalar in text.unicodeScalars {
            switch scalar {
            case quote, "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default: result += isPrintable(scalar) ? String(scalar) : escape(scalar)
            }
        }
        return result + String(quote)
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == " " { return true }
        return switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            false
        default: true
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let hex = String(scalar.value, radix: 16)
        let (letter, width) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
        return "\\\(letter)\(String(repeating: "0", count: max(0, width - hex.count)))\(hex)"
    }
}
