import OrderedCollections
import YAML

/// Reads JSON, as `from_json` does.
struct JSONParser {
    private let bytes: [UInt8]
    private var index = 0

    static func value(_ text: String) throws -> Value {
        var parser = JSONParser(bytes: Array(text.utf8))
        let value = try parser.parseValue(depth: 0)
        parser.skipSpace()
        guard parser.index == parser.bytes.count else { throw parser.fault("extra text behind the value") }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func fault(_ message: String) -> Fault { Fault("the JSON is not valid at byte \(index): \(message)") }

    private mutating func skipSpace() {
        while let byte = current, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
    }

    private mutating func skip(_ byte: Character) -> Bool {
        guard current == byte.asciiValue else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ byte: Character) throws {
        skipSpace()
        guard skip(byte) else { throw fault("expected '\(byte)'") }
    }

    private mutating func parseValue(depth: Int) throws -> Value {
        guard depth < 200 else { throw fault("nested too deeply") }
        skipSpace()
        switch current.map({ Character(Unicode.Scalar($0)) }) {
        case "{": return try parseMap(depth: depth)
        case "[": return try parseList(depth: depth)
        case "\"": return .string(try parseString())
        case nil: throw fault("the text ends")
        default: return try parseWord()
        }
    }

    private mutating func parseMap(depth: Int) throws -> Value {
        index += 1
        var map = ValueMap()
        skipSpace()
        if skip("}") { return .map(map) }
        repeat {
            skipSpace()
            guard current == Character("\"").asciiValue else { throw fault("expected a key in double quotes") }
            let key = try parseString()
            try expect(":")
            map[.string(key)] = try parseValue(depth: depth + 1)
            skipSpace()
        } while skip(",")
        try expect("}")
        return .map(map)
    }

    private mutating func parseList(depth: Int) throws -> Value {
        index += 1
        var items: [Value] = []
        skipSpace()
        if skip("]") { return .list(items) }
        repeat {
            items.append(try parseValue(depth: depth + 1))
            skipSpace()
        } while skip(",")
        try expect("]")
        return .list(items)
    }

    private mutating func parseWord() throws -> Value {
        let start = index
        while let byte = current, !", \t\r\n]}:".utf8.contains(byte) { index += 1 }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        switch word {
        case "true": return true
        case "false": return false
        case "null": return .null
        default: break
        }
        let isNumber = word.allSatisfy { "+-.eE0123456789".contains($0) }
        if let number = Int(word), isNumber { return .int(number) }
        guard isNumber, let number = Double(word) else {
            index = start
            throw fault("unexpected '\(word.prefix(20))'")
        }
        return .float(number)
    }

    private mutating func parseString() throws -> String {
        index += 1
        var units: [UInt8] = []
        while let byte = current {
            index += 1
            switch byte {
            case 0x22: return String(decoding: units, as: UTF8.self)
            case 0x5C: units += Array(try parseEscape().utf8)
            case 0..<0x20: throw fault("a control character stands in a string")
            default: units.append(byte)
            }
        }
        throw fault("a string is never closed")
    }

    private mutating func parseEscape() throws -> String {
        guard let byte = current else { throw fault("the text ends") }
        index += 1
        switch Character(Unicode.Scalar(byte)) {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "b": return "\u{08}"
        case "f": return "\u{0C}"
        case "\"": return "\""
        case "\\": return "\\"
        case "/": return "/"
        case "u": return try parseUnicode()
        default: throw fault("unknown escape")
        }
    }

    private mutating func parseUnicode() throws -> String {
        let first = try parseUnit()
        guard UTF16.isLeadSurrogate(first), current == 0x5C, index + 1 < bytes.count, bytes[index + 1] == 0x75 else {
            return String(decoding: [first], as: UTF16.self)
        }
        index += 2
        return String(decoding: [first, try parseUnit()], as: UTF16.self)
    }

    private mutating func parseUnit() throws -> UInt16 {
        guard index + 4 <= bytes.count,
            let unit = UInt16(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
        else { throw fault("a '\\u' needs four hexadecimal digits") }
        index += 4
        return unit
    }
}
