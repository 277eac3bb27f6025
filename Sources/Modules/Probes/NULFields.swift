/// Reads an answer that is a row of fields, each ended by a NUL byte: the one byte that no path or text line holds.
struct NULFields {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// The next field's bytes; nil at the end, or when the last field has no NUL behind it.
    mutating func bytes() -> ArraySlice<UInt8>? {
        guard let end = rest.firstIndex(of: 0) else { return nil }
        defer { rest = rest[(end + 1)...] }
        return rest[..<end]
    }

    mutating func text() -> String? { bytes().map { String(decoding: $0, as: UTF8.self) } }

    mutating func number(radix: Int = 10) -> Int? { text().flatMap { Int($0, radix: radix) } }
}
