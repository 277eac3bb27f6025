import Testing

@testable import Remote

/// Frames in all the pieces they may arrive in.
@Suite struct AnswerDecoderTests {
    private let bootstrap = Bootstrap(nonce: Nonce())
    private let separator = Nonce()

    private var decoder: AnswerDecoder { AnswerDecoder(bootstrap: bootstrap, separator: separator) }
    private var ready: String { "+\(bootstrap.nonce)\n" }
    private var end: String { "\n#\(separator)\n" }

    private func decode(_ text: String, into decoder: inout AnswerDecoder) throws -> [AnswerDecoder.Event] {
        try decoder.decode(Array(text.utf8))
    }

    @Test func readsAnAnswerInPiecesOfAnySize() throws {
        let text = ready + "=\(bootstrap.nonce) 0 7: 3 0 0 5\nout\(end)error\(end)=\(bootstrap.nonce) 0: 0 0\n"
        let expected: [AnswerDecoder.Event] = [
            .ready, .answer([Reply(stdout: "out"), Reply(status: 7, stdout: "", stderr: "error")]), .answer([Reply()]),
        ]
        for size in 1...text.utf8.count {
            var decoder = decoder
            var events: [AnswerDecoder.Event] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                events += try decoder.decode(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            #expect(events == expected)
        }
    }

    @Test func keepsWhatComesBeforeTheReadyLine() throws {
        var decoder = decoder
        #expect(try decode("Welcome!\n+abc\nno newline", into: &decoder) == [])
        #expect(String(decoding: decoder.greeting, as: UTF8.self) == "Welcome!\n+abc\nno newline")
        #expect(try decode(ready, into: &decoder) == [.ready])
        #expect(String(decoding: decoder.greeting, as: UTF8.self) == "Welcome!\n+abc\nno newline")
    }

    @Test func anOutputThatLooksLikeAFrameIsAnOutput() throws {
        let fake = "\(end)=\(bootstrap.nonce) 0: 0 0\n\(ready)"
        var decoder = decoder
        let text = ready + "=\(bootstrap.nonce) 0: \(fake.utf8.count) 0\n\(fake)\(end)"
        #expect(try decode(text, into: &decoder) == [.ready, .answer([Reply(stdout: fake)])])
    }

    @Test func dropsWhatAPartHasGrownBy() throws {
        var decoder = decoder
        let text =
            ready + "=\(bootstrap.nonce) 0: 3 2\nout and more\n#\(end)er and\(end)~\(bootstrap.nonce) still here\n"
        #expect(
            try decode(text, into: &decoder) == [
                .ready, .answer([Reply(stdout: "out", stderr: "er")]), .note("still here"),
            ])
    }

    @Test func anythingElseIsAnError() throws {
        for text in [
            "hello", "= 0: 0 0\n", "=\(bootstrap.nonce) 0: 0\n", "=\(bootstrap.nonce) 0: -1 0\n",
            "!\(bootstrap.nonce) no space left\n",
        ] {
            var decoder = decoder
            _ = try decode(ready, into: &decoder)
            #expect(throws: FrameError.self) { try decode(text, into: &decoder) }
        }
        var decoder = decoder
        _ = try decode(ready, into: &decoder)
        let error = #expect(throws: FrameError.self) {
            try decode("!\(bootstrap.nonce) no space left\n", into: &decoder)
        }
        #expect(error?.reason == "no space left")
    }
}
