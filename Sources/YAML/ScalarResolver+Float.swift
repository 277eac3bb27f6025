extension ScalarResolver {
    /// `[-+]?[0-9][0-9_]*\.[0-9_]*([eE][-+][0-9]+)? | \.[0-9][0-9_]*([eE][-+][0-9]+)? |
    /// [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]* | [-+]?\.(inf|Inf|INF) | \.(nan|NaN|NAN)`
    static func isFloat(_ text: String) -> Bool {
        switch text {
        case ".nan", ".NaN", ".NAN": return true
        default: break
        }
        let digits = unsigned(text)
        switch digits {
        case ".inf", ".Inf", ".INF": return true
        default: break
        }
        guard let dot = digits.firstIndex(of: ".") else { return false }
        let whole = digits[..<dot]
        let parts = whole.split(separator: ":", omittingEmptySubsequences: false)
        let rest = fraction(digits[digits.index(after: dot)...], allowsExponent: parts.count == 1)
        guard let rest else { return false }
        if whole.isEmpty {
            return digits.count == text.count && rest.unicodeScalars.first.map(isDigit) == true
        }
        guard let head = parts.first, let first = head.unicodeScalars.first, isDigit(first) else { return false }
        return isRun(head, of: isDigit) && parts.dropFirst().allSatisfy(isSixty)
    }

    /// The digits after the dot, once what follows them is found to be an exponent with a sign, or nothing.
    private static func fraction(_ text: Substring, allowsExponent: Bool) -> Substring? {
        let digits = text.prefix { $0 == "_" || ("0" <= $0 && $0 <= "9") }
        let exponent = text[digits.endIndex...]
        guard !exponent.isEmpty else { return digits }
        guard allowsExponent, exponent.hasPrefix("e") || exponent.hasPrefix("E") else { return nil }
        let number = exponent.dropFirst()
        guard number.hasPrefix("+") || number.hasPrefix("-"), number.count > 1 else { return nil }
        return number.dropFirst().unicodeScalars.allSatisfy(isDigit) ? digits : nil
    }

    /// The number that a text means under `!!float`; nil when it means none.
    static func float(_ text: String) -> Double? {
        let plain = text.replacing("_", with: "").lowercased()
        let digits = unsigned(plain)
        let sign: Double = plain.hasPrefix("-") ? -1 : 1
        switch digits {
        case ".inf": return sign * .infinity
        case ".nan": return .nan
        default: break
        }
        guard digits.contains(":") else { return decimal(digits).map { sign * $0 } }
        var total = 0.0
        var base = 1.0
        for part in digits.split(separator: ":", omittingEmptySubsequences: false).reversed() {
            guard let digit = decimal(part) else { return nil }
            total += digit * base
            base *= 60
        }
        return sign * total
    }

    /// Swift wants a digit on both sides of the dot, YAML doesn't.
    private static func decimal(_ text: Substring) -> Double? {
        guard text.unicodeScalars.contains(where: isDigit) else { return nil }
        let known = text.unicodeScalars.allSatisfy { isDigit($0) || ".e+-".unicodeScalars.contains($0) }
        guard known else { return nil }
        let padded = text.hasPrefix(".") ? "0" + text : text
        return Double(padded.replacing(".e", with: ".0e") + (padded.hasSuffix(".") ? "0" : ""))
    }
}
