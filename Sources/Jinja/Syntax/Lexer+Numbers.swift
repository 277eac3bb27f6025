import Diagnostics

/// Integer and float literals as Python writes them.
extension Lexer {
    mutating func readNumber() throws -> Token.Kind {
        let start = position
        if scalar(at: position) == "0", let radix = radix(of: scalar(at: position + 1)) {
            position += 2
            let digits = digits { $0.properties.isXIDContinue }
            guard let number = Int(digits, radix: radix) else { throw fault("the number is not valid", at: start) }
            return .integer(number)
        }
        var text = digits(where: isDigit)
        let isFloat = appendFraction(to: &text)
        if isFloat, let number = Double(text) { return .float(number) }
        guard text == "0" || !text.hasPrefix("0") || text.allSatisfy({ $0 == "0" }) else {
            throw fault("the number has leading zeros", at: start, hint: "quote it, or write 0o for an octal number")
        }
        guard let number = Int(text) else {
            throw fault("the integer \(text) does not fit in 64 bits", at: start)
        }
        return .integer(number)
    }

    private func radix(of scalar: Unicode.Scalar?) -> Int? {
        switch scalar {
        case "b", "B": 2
        case "o", "O": 8
        case "x", "X": 16
        default: nil
        }
    }

    private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private mutating func digits(where isDigit: (Unicode.Scalar) -> Bool) -> String {
        var digits: [Unicode.Scalar] = []
        while let scalar = scalar(at: position), isDigit(scalar) || scalar == "_" {
            if scalar != "_" { digits.append(scalar) }
            position += 1
        }
        return String(digits)
    }

    /// Reads `.5` and `e-3`; false when the number has neither. A number after a dot (`a.0.1`) has no fraction.
    private mutating func appendFraction(to text: inout String) -> Bool {
        if case .symbol(.dot) = tokens.last?.kind { return false }
        var isFloat = false
        if scalar(at: position) == ".", let next = scalar(at: position + 1), isDigit(next) {
            position += 1
            text += "." + digits(where: isDigit)
            isFloat = true
        }
        guard let mark = scalar(at: position), mark == "e" || mark == "E" else { return isFloat }
        let sign = scalar(at: position + 1)
        let signWidth = sign == "+" || sign == "-" ? 1 : 0
        guard let digit = scalar(at: position + 1 + signWidth), isDigit(digit) else { return isFloat }
        position += 1 + signWidth
        text += "e" + (sign == "-" ? "-" : "") + digits(where: isDigit)
        return true
    }
}
