package import Diagnostics
import OrderedCollections

extension Value {
    /// Parses JSON text. Of duplicate keys the last one wins; integers beyond 64 bits become floats.
    /// - Parameter file: the name that the place of a problem carries.
    /// - Throws: `Problem` with the place of the first mistake.
    package init(json text: String, file: String = "JSON") throws(Problem) {
        var parser = JSONParser(text, file: file)
        self = try parser.document()
    }
}

/// A recursive-descent reader of RFC 8259.
struct JSONParser {
    private static let deepest = 256

    private let file: String
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String, file: String) {
        bytes = Array(text.utf8)
        self.file = file
    }

    mutating func document() throws(Problem) -> Value {
        let value = try self.value(depth: 0)
        skipBlanks()
        guard index == bytes.count else { throw problem("text follows the JSON value") }
        return value
    }

    private mutating func value(depth: Int) throws(Problem) -> Value {
        guard depth < Self.deepest else { throw problem("the JSON is nested more than \(Self.deepest) levels deep") }
        skipBlanks()
        guard let first = peek else { throw problem("the JSON text ends too early") }
        switch first {
        case UInt8(ascii: "{"): return .map(try object(depth: depth))
        case UInt8(ascii: "["): return .list(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: return try word()
        }
    }

    private mutating func object(depth: Int) throws(Problem) -> ValueMap {
        var entries: ValueMap = [:]
        index += 1
        skipBlanks()
        if skip("}") { return entries }
        repeat {
            skipBlanks()
            guard peek == UInt8(ascii: "\"") else { throw problem("expected a key in double quotes") }
            let key = try string()
            skipBlanks()
            guard skip(":") else { throw problem("expected ':'") }
            entries[.string(key)] = try value(depth: depth + 1)
            skipBlanks()
        } while skip(",")
        guard skip("}") else { throw problem("expected ',' or '}'") }
        return entries
    }

    private mutating func array(depth: Int) throws(Problem) -> [Value] {
        var items: [Value] = []
        index += 1
        skipBlanks()
        if skip("]") { return items }
        repeat {
            items.append(try value(depth: depth + 1))
            skipBlanks()
        } while skip(",")
        guard skip("]") else { throw problem("expected ',' or ']'") }
        return items
    }

    private mutating func word() throws(Problem) -> Value {
        for (name, value) in [("true", Value.bool(true)), ("false", .bool(false)), ("null", .null)]
        where bytes[index...].starts(with: name.utf8) {
            index += name.utf8.count
            return value
        }
        throw problem("expected a JSON value")
    }

    private mutating func number() throws(Problem) -> Value {
        let start = index
        while let byte = peek, Self.isOfNumber(byte) { index += 1 }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if let number = Int(text) { return .int(number) }
        guard let number = Double(text), number.isFinite else {
            index = start
            throw problem("'\(text)' is no number")
        }
        return .float(number)
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }
}

extension JSONParser {
    private mutating func string() throws(Problem) -> String {
        index += 1
        var text: [UInt8] = []
        while let byte = peek, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw problem("a control character stands in a string") }
            index += 1
            if byte == UInt8(ascii: "\\") {
                text += try escape()
            } else {
                text.append(byte)
            }
        }
        guard skip("\"") else { throw problem("the string is not closed") }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func escape() throws(Problem) -> [UInt8] {
        guard let byte = peek else { throw problem("the string is not closed") }
        index += 1
        switch byte {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "u"): return try unicode()
        default: throw problem("'\\\(Character(Unicode.Scalar(byte)))' is no escape of JSON")
        }
    }

    /// `XXXX` after `\u`, with the second half of a surrogate pair; a lone half becomes U+FFFD.
    private mutating func unicode() throws(Problem) -> [UInt8] {
        var units = [try codeUnit()]
        if UTF16.isLeadSurrogate(units[0]), bytes[index...].starts(with: "\\u".utf8) {
            index += 2
            units.append(try codeUnit())
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    private mutating func codeUnit() throws(Problem) -> UInt16 {
        let digits = String(decoding: bytes[index...].prefix(4), as: UTF8.self)
        guard digits.utf8.count == 4, !digits.hasPrefix("+"), !digits.hasPrefix("-"),
            let unit = UInt16(digits, radix: 16)
        else { throw problem("expected four hexadecimal digits after '\\u'") }
        index += 4
        return unit
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let byte = peek, Unicode.Scalar(byte) == character else { return false }
        index += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private func problem(_ message: String) -> Problem {
        let before = bytes.prefix(index)
        let line = before.count { $0 == 0x0A }
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let column = String(decoding: before[start...], as: UTF8.self).unicodeScalars.count
        return Problem(message, at: Place(file: file, line: line + 1, column: column + 1))
    }
}
