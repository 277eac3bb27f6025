/// The decoding that `!!binary` needs.
enum Base64 {
    /// The UTF-8 text behind base64, white space ignored; nil when it is malformed or no UTF-8.
    static func text(_ encoded: String) -> String? {
        let characters = encoded.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") }
        let digits = characters.prefix { $0 != UInt8(ascii: "=") }
        let padding = characters.dropFirst(digits.count)
        guard padding.allSatisfy({ $0 == UInt8(ascii: "=") }), characters.count % 4 == 0, padding.count <= 2 else {
            return nil
        }
        var bytes: [UInt8] = []
        var bits = 0
        var width = 0
        for digit in digits {
            guard let value = sextet(digit) else { return nil }
            bits = (bits << 6 | value) & 0xFFFF
            width += 6
            if width >= 8 {
                width -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> width))
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func sextet(_ digit: UInt8) -> Int? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(digit - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(digit - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(digit - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
