import Glibc
import YAML

/// Python's format specification: `[[fill]align][sign][#][0][width][,][.precision][type]`.
struct FormatSpec {
    var fill: Unicode.Scalar = " "
    var align: Unicode.Scalar?
    var sign: Unicode.Scalar = "-"
    var isAlternate = false
    var width = 0
    var grouping: Unicode.Scalar?
    var precision: Int?
    var type: Unicode.Scalar?

    /// Widths and precisions beyond this are mistakes.
    static let widest = 10_000

    /// The value written as asked.
    func text(_ value: Value) throws -> String {
        switch value {
        case .string(let text): return padded(try string(text), defaultAlign: "<")
        case .int, .bool, .float:
            if type == "s" || (type == nil && value.bool != nil) {
                return padded(try string(PythonText.text(of: value)), defaultAlign: "<")
            }
            return try number(value)
        default: return padded(try string(PythonText.text(of: value)), defaultAlign: "<")
        }
    }

    private func string(_ text: String) throws -> String {
        guard type == nil || type == "s" else { throw Fault("format '\(type.map(String.init) ?? "")' needs a number") }
        return precision.map { String(text.unicodeScalars.prefix($0)) } ?? text
    }

    private func number(_ value: Value) throws -> String {
        let (isNegative, digits) = try magnitude(value)
        let mark = isNegative ? "-" : sign == "-" ? "" : String(sign)
        let body = isAlternate ? prefix + digits : digits
        let inner = width - mark.unicodeScalars.count
        if align == "=" || (align == nil && fill == "0") {
            return mark + body.padded(to: inner, left: true, right: false, with: fill)
        }
        return padded(mark + body, defaultAlign: ">")
    }

    private var prefix: String {
        switch type {
        case "x": "0x"
        case "X": "0X"
        case "o": "0o"
        case "b": "0b"
        default: ""
        }
    }

    private func magnitude(_ value: Value) throws -> (isNegative: Bool, digits: String) {
        switch (type, value.integer) {
        case (nil, let number?), ("d", let number?), ("n", let number?):
            return (number < 0, grouped(String(number.magnitude)))
        case ("x", let number?): return (number < 0, String(number.magnitude, radix: 16))
        case ("X", let number?): return (number < 0, String(number.magnitude, radix: 16, uppercase: true))
        case ("o", let number?): return (number < 0, String(number.magnitude, radix: 8))
        case ("b", let number?): return (number < 0, String(number.magnitude, radix: 2))
        case ("c", let number?):
            guard let scalar = UInt32(exactly: number).flatMap(Unicode.Scalar.init) else { break }
            return (false, String(scalar))
        default: break
        }
        guard let number = value.number else { throw Fault("the format needs a number, not \(value.kind)") }
        return (number.sign == .minus, try float(number.magnitude))
    }

    private func float(_ number: Double) throws -> String {
        guard let type else {
            guard let precision else { return grouped(PythonText.representation(of: number)) }
            return grouped(FormatSpec.printed("%.\(precision)g", number))
        }
        switch type {
        case "f", "F", "e", "E", "g", "G":
            return grouped(FormatSpec.printed("%.\(precision ?? 6)\(type)", number))
        case "%": return grouped(FormatSpec.printed("%.\(precision ?? 6)f", number * 100)) + "%"
        default: throw Fault("format '\(type)' is unknown or can't take a float")
        }
    }

    private func grouped(_ digits: String) -> String {
        guard let grouping else { return digits }
        let whole = digits.prefix { $0 != "." && $0 != "e" }
        var result = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index).isMultiple(of: 3) { result.unicodeScalars.append(grouping) }
            result.append(digit)
        }
        return result + digits.dropFirst(whole.count)
    }

    private func padded(_ text: String, defaultAlign: Unicode.Scalar) -> String {
        switch align ?? defaultAlign {
        case "<": return text.padded(to: width, left: false, right: true, with: fill)
        case "^":
            let missing = max(0, width - text.pythonLength)
            let shifted = text.padded(to: text.pythonLength + missing / 2, left: true, right: false, with: fill)
            return shifted.padded(to: width, left: false, right: true, with: fill)
        default: return text.padded(to: width, left: true, right: false, with: fill)
        }
    }

    /// C's `printf` of one number, which rounds as Python does.
    static func printed(_ format: String, _ number: Double) -> String {
        withVaList([number]) { list in
            var buffer = [CChar](repeating: 0, count: 400 + widest)
            let length = vsnprintf(&buffer, buffer.count, format, list)
            return String(decoding: buffer.prefix(max(0, Int(length))).map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }
}
