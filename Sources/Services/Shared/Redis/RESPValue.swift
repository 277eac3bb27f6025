import NIOCore

/// A value of Redis' protocol, version 2 (redis.io/docs/latest/develop/reference/protocol-spec).
package indirect enum RESPValue: Hashable, Sendable {
    case simple(String)
    case error(String)
    case integer(Int64)
    /// Nil is the null string.
    case bulk(String?)
    /// Nil is the null array.
    case array([RESPValue]?)

    /// The text of a simple or bulk string.
    package var text: String? {
        switch self {
        case .simple(let text): text
        case .bulk(let text): text
        default: nil
        }
    }
}

/// What came is not Redis' protocol.
package struct RESPViolation: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
}

extension ByteBuffer {
    /// Takes one whole value from the front; nil, and nothing taken, when it has not all come yet.
    mutating func readRESP(depth: Int = 0) throws -> RESPValue? {
        guard depth < 8 else { throw RESPViolation(description: "arrays nest too deep") }
        let start = readerIndex
        guard let line = try readRESPLine() else { return nil }
        let value = try readRESP(after: line, depth: depth)
        if value == nil { moveReaderIndex(to: start) }
        return value
    }

    private mutating func readRESP(after line: String, depth: Int) throws -> RESPValue? {
        let rest = String(line.dropFirst())
        switch line.first {
        case "+": return .simple(rest)
        case "-": return .error(rest)
        case ":": return .integer(try number(rest, upTo: .max))
        case "$": return try readBulk(length: try number(rest, upTo: 64 << 20))
        case "*": return try readArray(count: try number(rest, upTo: 1 << 20), depth: depth)
        default: throw RESPViolation(description: "a reply starts with none of + - : $ *")
        }
    }

    /// A line without its CRLF; nil when its end has not come.
    private mutating func readRESPLine() throws -> String? {
        guard let end = readableBytesView.firstIndex(of: UInt8(ascii: "\r")) else {
            guard readableBytes < 64 << 10 else { throw RESPViolation(description: "a line does not end") }
            return nil
        }
        guard readableBytes >= end - readerIndex + 2 else { return nil }
        let line = readString(length: end - readerIndex) ?? ""
        moveReaderIndex(forwardBy: 2)
        return line
    }

    private mutating func readBulk(length: Int64) throws -> RESPValue? {
        guard length >= 0 else { return .bulk(nil) }
        guard readableBytes >= Int(length) + 2, let text = readString(length: Int(length)) else { return nil }
        moveReaderIndex(forwardBy: 2)
        return .bulk(text)
    }

    private mutating func readArray(count: Int64, depth: Int) throws -> RESPValue? {
        guard count >= 0 else { return .array(nil) }
        var values: [RESPValue] = []
        for _ in 0..<count {
            guard let value = try readRESP(depth: depth + 1) else { return nil }
            values.append(value)
        }
        return .array(values)
    }

    private func number(_ text: String, upTo limit: Int64) throws -> Int64 {
        guard let number = Int64(text), number <= limit else {
            throw RESPViolation(description: "a length or number can't be used")
        }
        return number
    }

    /// A command: an array of bulk strings.
    mutating func writeRESPCommand(_ arguments: [String]) {
        writeString("*\(arguments.count)\r\n")
        for argument in arguments { writeString("$\(argument.utf8.count)\r\n\(argument)\r\n") }
    }
}

/// Cuts the stream of bytes into values.
struct RESPDecoder: NIOSingleStepByteToMessageDecoder {
    typealias InboundOut = RESPValue

    mutating func decode(buffer: inout ByteBuffer) throws -> RESPValue? {
        try buffer.readRESP()
    }

    mutating func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) throws -> RESPValue? {
        try buffer.readRESP()
    }
}
