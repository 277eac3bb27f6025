import NIOCore
import Testing

@testable import Services

@Suite struct RESPTests {
    private func value(_ text: String) throws -> RESPValue? {
        var buffer = ByteBuffer(string: text)
        return try buffer.readRESP()
    }

    @Test(arguments: [
        ("+OK\r\n", RESPValue.simple("OK")), ("-READONLY no\r\n", .error("READONLY no")), (":-12\r\n", .integer(-12)),
        ("$5\r\na\r\nbc\r\n", .bulk("a\r\nbc")), ("$0\r\n\r\n", .bulk("")), ("$-1\r\n", .bulk(nil)),
        ("*-1\r\n", .array(nil)), ("*0\r\n", .array([])),
        ("*3\r\n$6\r\nmaster\r\n:7\r\n*1\r\n+x\r\n", .array([.bulk("master"), .integer(7), .array([.simple("x")])])),
    ]) func aWholeValueIsRead(text: String, meaning: RESPValue) throws {
        #expect(try value(text) == meaning)
    }

    @Test func aValueThatComesInPiecesWaitsForTheLast() throws {
        let text = "*2\r\n$6\r\nmaster\r\n*1\r\n:42\r\n"
        for length in 0..<text.utf8.count {
            var buffer = ByteBuffer(bytes: text.utf8.prefix(length))
            #expect(try buffer.readRESP() == nil)
            #expect(buffer.readableBytes == length)
        }
    }

    @Test func oneValueIsTakenAtATime() throws {
        var buffer = ByteBuffer(string: "+a\r\n+b\r\n")
        #expect(try buffer.readRESP() == .simple("a"))
        #expect(try buffer.readRESP() == .simple("b"))
        #expect(try buffer.readRESP() == nil)
    }

    @Test(arguments: ["?\r\n", "$x\r\n", "$99999999999\r\n", ":\r\n", String(repeating: "*1\r\n", count: 20)])
    func anythingElseIsAViolation(text: String) {
        #expect(throws: RESPViolation.self) { try value(text) }
    }

    @Test func aCommandIsAnArrayOfBulkStrings() {
        var buffer = ByteBuffer()
        buffer.writeRESPCommand(["SET", "彩", ""])
        #expect(String(buffer: buffer) == "*3\r\n$3\r\nSET\r\n$3\r\n彩\r\n$0\r\n\r\n")
    }

    @Test(arguments: [("READONLY You can't", true), ("LOADING Redis", true), ("ERR unknown", false)])
    func aRefusalByAReplicaIsRecognised(message: String, isReadOnly: Bool) {
        #expect(RedisError.refused(server: "r", message: message).isReadOnly == isReadOnly)
    }
}
