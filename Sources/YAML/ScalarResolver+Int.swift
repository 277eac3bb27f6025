extension ScalarResolver {
    /// `[-+]?0b[0-1_]+ | [-+]?0[0-7_]+ | [-+]?(0|[1-9][0-9_]*) | [-+]?0x[0-9a-fA-F_]+ | [-+]?[1-9][0-9_]*(:[0-5]?[0-9])+`
    static func isInt(_ text: String) -> Bool {
        let digits = unsigned(text)
        if digits == "0" { return true }
        if digits.hasPrefix("0b") { return isRun(digits.dropFirst(2)) { $0 == "0" || $0 == "1" } }
        if digits.hasPrefix("0x") { return isRun(digits.dropFirst(2), of: isHexDigit) }
        if digits.hasPrefix("0") { return isRun(digits.dropFirst()) { "0" <= $0 && $0 <= "7" } }
        let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
        guard let head = parts.first, let first = head.unicodeScalars.first, isDigit(first) else { return false }
        return isRun(head, of: isDigit) && parts.dropFirst().allSatisfy(isSixty)
    }

    /// The integer that a text means under `!!int`.
    static func int(_ text: String) throws(Failure) -> Int {
        let plain = text.replacing("_", with: "")
        let digits = unsigned(plain)
        let sign = plain.hasPrefix("-") ? "-" : ""
        if digits.contains(":") { return try sexagesimal(digits, isNegative: plain.hasPrefix("-")) }
        if digits == "0" { return 0 }
        if digits.hasPrefix("0b") { return try number(sign, digits.dropFirst(2), radix: 2) }
        if digits.hasPrefix("0x") { return try number(sign, digits.dropFirst(2), radix: 16) }
        if digits.hasPrefix("0") { return try number(sign, digits, radix: 8) }
        return try number(sign, digits, radix: 10)
    }

    private static func number(_ sign: String, _ digits: Substring, radix: Int) throws(Failure) -> Int {
        guard let first = digits.unicodeScalars.first, isHexDigit(first) else { throw .malformed }
        if let number = Int(sign + digits, radix: radix) { return number }
        let known = digits.unicodeScalars.allSatisfy { Int(String($0), radix: radix) != nil }
        throw known ? .tooLarge : .malformed
    }

    private static func sexagesimal(_ digits: Substring, isNegative: Bool) throws(Failure) -> Int {
        var total = 0
        for part in digits.split(separator: ":", omittingEmptySubsequences: false) {
            let digit = try number("", part, radix: 10)
            let (product, isOver) = total.multipliedReportingOverflow(by: 60)
            let (sum, isOverAgain) = product.addingReportingOverflow(digit)
            guard !isOver, !isOverAgain else { throw .tooLarge }
            total = sum
        }
        return isNegative ? -total : total
    }
}

extension ScalarResolver {
    static func unsigned(_ text: String) -> Substring {
        text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    }

    static func isDigit(_ character: Unicode.Scalar) -> Bool { "0" <= character && character <= "9" }

    private static func isHexDigit(_ character: Unicode.Scalar) -> Bool {
        isDigit(character) || ("a" <= character && character <= "f") || ("A" <= character && character <= "F")
    }

    /// One or more of the characters, or underscores.
    static func isRun(_ text: Substring, of isKnown: (Unicode.Scalar) -> Bool) -> Bool {
        !text.isEmpty && text.unicodeScalars.allSatisfy { $0 == "_" || isKnown($0) }
    }

    /// `[0-5]?[0-9]`
    static func isSixty(_ text: Substring) -> Bool {
        guard text.unicodeScalars.allSatisfy(isDigit), let number = Int(text) else { return false }
        return text.unicodeScalars.count <= 2 && number < 60
    }
}
