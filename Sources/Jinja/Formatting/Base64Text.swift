/// Base64 with padding, in its usual and its URL-safe alphabet.
enum Base64Text {
    /// The characters of a salt of crypt(3).
    static let cryptAlphabet = Array(
        "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".unicodeScalars)

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encoded(_ bytes: [UInt8], isURLSafe: Bool = false) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0..<4 {
                text.append(index > group.count ? UInt8(ascii: "=") : alphabet[bits >> (18 - 6 * index) & 0x3F])
            }
        }
        let result = String(decoding: text, as: UTF8.self)
        guard isURLSafe else { return result }
        return result.pythonReplace("+", with: "-").pythonReplace("/", with: "_")
    }

    /// The bytes; nil when the text is not base64. Characters outside the alphabet are passed over, as in Python.
    static func decoded(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (bits, width, count) = (0, 0, 0)
        for byte in text.utf8 {
            if byte == UInt8(ascii: "=") { break }
            guard let value = sextet(byte) else { continue }
            (bits, width, count) = ((bits << 6 | value) & 0xFFFF, width + 6, count + 1)
            if width >= 8 {
                width -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> width))
            }
        }
        let padding = text.utf8.count { $0 == UInt8(ascii: "=") }
        return count % 4 == 1 || (count + padding) % 4 != 0 ? nil : bytes
    }

    private static func sextet(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: alphabet.firstIndex(of: byte)
        }
    }
}
