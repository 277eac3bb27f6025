import Fleet
import Remote

/// What a change prints, as lines while it runs, with secrets masked: also such as arrive in two pieces.
struct LiveOutput {
    private struct Stream: Hashable {
        var fragment: Int
        var isError: Bool
    }

    private struct Pending {
        var bytes: [UInt8] = []
        /// How much came while it ran: the reply has it once more.
        var count = 0
    }

    private var streams: [Stream: Pending] = [:]

    /// - Returns: the lines that are whole and hold no part of a secret that may go on.
    mutating func lines(of piece: StreamedOutput, hiding redactor: Redactor) -> [String] {
        let stream = Stream(fragment: piece.fragment, isError: piece.isError)
        streams[stream, default: Pending()].count += piece.bytes.count
        return lines(of: stream, adding: piece.bytes[...], hiding: redactor)
    }

    /// - Returns: what is left when the fragment has ended.
    mutating func rest(
        of fragment: Int, isError: Bool, whole: [UInt8], hiding redactor: Redactor
    ) -> [String] {
        let stream = Stream(fragment: fragment, isError: isError)
        let known = streams[stream]?.count ?? 0
        return lines(of: stream, adding: whole.dropFirst(known), hiding: redactor)
            + close(stream, hiding: redactor)
    }

    private mutating func lines(
        of stream: Stream, adding bytes: ArraySlice<UInt8>, hiding redactor: Redactor
    ) -> [String] {
        var pending = streams[stream] ?? Pending()
        pending.bytes += bytes
        let end = redactor.safeLineEnd(pending.bytes)
        let lines = Self.split(redactor.redact(String(decoding: pending.bytes[..<end], as: UTF8.self)))
        pending.bytes.removeFirst(end)
        streams[stream] = pending
        return lines
    }

    private mutating func close(_ stream: Stream, hiding redactor: Redactor) -> [String] {
        guard let pending = streams.removeValue(forKey: stream), !pending.bytes.isEmpty else { return [] }
        return Self.split(redactor.redact(String(decoding: pending.bytes, as: UTF8.self)))
    }

    private static func split(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).map(String.init)
    }
}

extension ModuleCall {
    private var isHeard: Bool { site.options.verbosity > 0 && !isQuiet && !printsSecret && !checks }

    /// The fragment with its output streamed, where somebody listens.
    func streaming(_ fragment: Fragment) -> Fragment {
        guard isHeard, fragment.effect == .changes else { return fragment }
        var streaming = fragment
        streaming.streams = true
        return streaming
    }

    /// Runs fragments and tells what they print meanwhile.
    func heard(_ body: (HostSession.Hearing?) async throws -> [Reply]) async throws -> [Reply] {
        guard isHeard else { return try await body(nil) }
        let (pieces, listener) = AsyncStream.makeStream(of: StreamedOutput.self)
        async let telling = tell(pieces)
        do {
            let replies = try await body { listener.yield($0) }
            listener.finish()
            try await tellRest(of: replies, after: await telling)
            return replies
        } catch {
            listener.finish()
            _ = await telling
            throw error
        }
    }

    private func tell(_ pieces: AsyncStream<StreamedOutput>) async -> (LiveOutput, Set<Int>) {
        var output = LiveOutput()
        var heard: Set<Int> = []
        for await piece in pieces {
            heard.insert(piece.fragment)
            await tell(output.lines(of: piece, hiding: site.secrets.present), isError: piece.isError)
        }
        return (output, heard)
    }

    /// What fast commands print is in the reply before a piece of it is sent.
    private func tellRest(of replies: [Reply], after told: (LiveOutput, Set<Int>)) async throws {
        var output = told.0
        for index in told.1.sorted() where replies.indices.contains(index) {
            let redactor = site.secrets.present
            let reply = replies[index]
            await tell(output.rest(of: index, isError: false, whole: reply.stdout, hiding: redactor), isError: false)
            await tell(output.rest(of: index, isError: true, whole: reply.stderr, hiding: redactor), isError: true)
        }
    }

    private func tell(_ lines: [String], isError: Bool) async {
        guard !lines.isEmpty else { return }
        await site.tell(.output(host: target, task: label, lines: lines, isError: isError))
    }

    /// With `-vvv`: what is sent.
    func told(_ fragments: [Fragment]) async {
        guard site.options.verbosity > 2, !isQuiet else { return }
        for fragment in fragments {
            let sizes = fragment.inputs.map { "\($0.count) bytes" }
            let inputs = sizes.isEmpty ? "" : "\n# inputs: \(sizes.joined(separator: ", "))"
            await site.tell(.sent(host: target, task: label, text: fragment.shell.text + inputs))
        }
    }
}
