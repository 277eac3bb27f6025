/// Gives plain text the value that YAML 1.1 gives it, exactly as PyYAML's SafeLoader does.
///
/// The patterns are those of PyYAML's `resolver.py`: `1e3` is a string, `0644` is octal, `22:22` is 1342. Our values
/// have no dates: `2026-01-02` stays the string that Python would print of it, a time of day is refused, since Python
/// would print another text than is written.
enum ScalarResolver {
    /// Why a text can't be read: as the integer that it should be, or since it means what our values have not.
    enum Failure: Error { case malformed, tooLarge, time, equalSign }

    static func value(of text: String) throws(Failure) -> Value {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "=": throw .equalSign
        default: break
        }
        if let flag = bool(text), isBoolSpelling(text) { return .bool(flag) }
        guard let first = text.utf8.first, startsNumber(first) else { return .string(text) }
        if isInt(text) { return .int(try int(text)) }
        if isFloat(text), let number = float(text) { return .float(number) }
        if TimestampKind(text) == .moment { throw .time }
        return .string(text)
    }

    /// `yes`, `no`, `on`, `off`, `true`, `false` in any case: what `!!bool` accepts.
    static func bool(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "yes", "true", "on": true
        case "no", "false", "off": false
        default: nil
        }
    }

    /// Untagged booleans are all small, all capitals or capitalised.
    private static func isBoolSpelling(_ text: String) -> Bool {
        let small = text.lowercased()
        return text == small || text == text.uppercased() || text == small.prefix(1).uppercased() + small.dropFirst()
    }

    private static func startsNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }
}
