/// Reading a specification.
extension FormatSpec {
    /// Parses what stands behind the colon in `{name:spec}`.
    init(_ text: String) throws {
        self.init()
        var rest = Array(text.unicodeScalars)[...]
        let aligns: Set<Unicode.Scalar> = ["<", ">", "^", "="]
        if let second = rest.dropFirst().first, aligns.contains(second), let first = rest.first {
            (fill, align) = (first, second)
            rest = rest.dropFirst(2)
        } else if let first = rest.first, aligns.contains(first) {
            align = first
            rest = rest.dropFirst()
        }
        if let first = rest.first, first == "+" || first == "-" || first == " " {
            sign = first
            rest = rest.dropFirst()
        }
        isAlternate = FormatSpec.skip("#", in: &rest)
        if FormatSpec.skip("0", in: &rest), align == nil { fill = "0" }
        width = try FormatSpec.number(in: &rest) ?? 0
        if let first = rest.first, first == "," || first == "_" {
            grouping = first
            rest = rest.dropFirst()
        }
        if FormatSpec.skip(".", in: &rest) { precision = try FormatSpec.number(in: &rest) ?? 0 }
        type = rest.popFirst()
        guard rest.isEmpty else { throw Fault("the format '\(text)' is not valid") }
    }

    static func skip(_ scalar: Unicode.Scalar, in rest: inout ArraySlice<Unicode.Scalar>) -> Bool {
        guard rest.first == scalar else { return false }
        rest = rest.dropFirst()
        return true
    }

    static func number(in rest: inout ArraySlice<Unicode.Scalar>) throws -> Int? {
        let digits = rest.prefix { ("0"..."9").contains($0) }
        rest = rest.dropFirst(digits.count)
        guard !digits.isEmpty else { return nil }
        guard let number = Int(String(digits)), number <= widest else { throw Fault("the width is too large") }
        return number
    }
}
