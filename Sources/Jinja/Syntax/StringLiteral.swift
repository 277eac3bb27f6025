/// The escapes of Jinja's string literals, which are Python's.
enum StringLiteral {
    /// The text that the scalars between the quotes stand for; nil when an escape is cut short.
    static func unescaped(_ raw: ArraySlice<Unicode.Scalar>) -> String? {
        guard raw.contains("\\") else { return String(raw) }
        var result: [Unicode.Scalar] = []
        var index = raw.startIndex
        while index < raw.endIndex {
            let scalar = raw[index]
            index += 1
            guard scalar == "\\", index < raw.endIndex else {
                result.append(scalar)
                continue
            }
            guard let meaning = meaning(of: raw, at: &index) else { return nil }
            result += meaning
        }
        return String(result)
    }

    /// What the escape stands for whose letter is at the index; moves the index behind it.
    private static func meaning(of raw: ArraySlice<Unicode.Scalar>, at index: inout Int) -> [Unicode.Scalar]? {
        let letter = raw[index]
        index += 1
        switch letter {
        case "\n": return []
        case "\\", "'", "\"": return [letter]
        case "a": return ["\u{07}"]
        case "b": return ["\u{08}"]
        case "f": return ["\u{0C}"]
        case "n": return ["\n"]
        case "r": return ["\r"]
        case "t": return ["\t"]
        case "v": return ["\u{0B}"]
        case "x": return number(of: raw, at: &index, digits: 2)
        case "u": return number(of: raw, at: &index, digits: 4)
        case "U": return number(of: raw, at: &index, digits: 8)
        case "0"..."7":
            index -= 1
            return octal(of: raw, at: &index)
        default: return ["\\", letter]
        }
    }

    private static func number(
        of raw: ArraySlice<Unicode.Scalar>, at index: inout Int, digits: Int
    ) -> [Unicode.Scalar]? {
        let text = String(raw[index...].prefix(digits))
        guard text.unicodeScalars.count == digits, let code = UInt32(text, radix: 16),
            let scalar = Unicode.Scalar(code)
        else { return nil }
        index += digits
        return [scalar]
    }

    private static func octal(of raw: ArraySlice<Unicode.Scalar>, at index: inout Int) -> [Unicode.Scalar]? {
        let digits = raw[index...].prefix(3).prefix { ("0"..."7").contains($0) }
        index += digits.count
        return UInt32(String(digits), radix: 8).flatMap(Unicode.Scalar.init).map { [$0] }
    }
}
