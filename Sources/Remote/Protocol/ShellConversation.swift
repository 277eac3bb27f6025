/// What is said between the operator and a remote shell, without the connection that carries it: bytes in, steps out.
///
/// A transport runs `command` on the host, hands over what comes back, and does what the steps say. One request is
/// under way at a time.
package struct ShellConversation: Sendable {
    /// What the transport has to do next.
    package enum Step: Hashable, Sendable {
        case send([UInt8])
        /// The shell has started; the replies are its greeting's.
        case started([Reply])
        case answer([Reply])
        /// Something to tell the user while an answer takes its time.
        case note(String)
        /// What a change prints, while it runs.
        case output(StreamedOutput)
        /// The shell is of no use any more: close it.
        case failed(TransportError)
    }

    private enum Phase: Sendable {
        case starting
        case greeting
        case open
        case failed
    }

    private let host: String
    private let account: Become?
    private let greeting: [Fragment]
    private let bootstrap = Bootstrap(nonce: Nonce())
    private let preamble: Preamble
    private let prompt = "[\(Nonce()) sudo] "
    private var decoder: AnswerDecoder
    private var errors = ErrorText()
    private var phase = Phase.starting
    private var passwordSent = false

    /// - Parameter workshop: as in `LocalTransport`; nil: the host's own.
    package init(host: String, account: Become?, greeting: [Fragment], workshop: String? = nil) {
        self.host = host
        self.account = account
        self.greeting = greeting
        preamble = Preamble(separator: Nonce(), workshop: workshop)
        decoder = AnswerDecoder(bootstrap: bootstrap, separator: preamble.separator)
    }

    /// What the host's login shell is asked to run.
    package var command: String { bootstrap.command(as: account, prompt: prompt) }

    /// The bytes of one round trip.
    package func request(_ fragments: [Fragment]) -> [UInt8] {
        Request(fragments, nonce: bootstrap.nonce).encoded()
    }

    /// The bytes before the frames of a fed fragment.
    package func beginning(of fragment: Fragment) -> [UInt8] {
        // It is not detached from the connection, so it is one that reads.
        Request([.reads(fragment.shell, inputs: fragment.inputs)], nonce: bootstrap.nonce).encodedForFeeding()
    }

    /// What goes before so many bytes that feed it; none are the end.
    package static func frameHeader(_ count: Int) -> [UInt8] { Array("\(count)\n".utf8) }

    package mutating func receive(stdout bytes: some Collection<UInt8>) -> [Step] {
        guard phase != .failed else { return [] }
        do throws(FrameError) {
            return try decoder.decode(bytes).map { step(for: $0) }
        } catch {
            return fail(.lost(host: host, reason: error.reason))
        }
    }

    /// A password is sent only for a prompt that carries our nonce, and once.
    package mutating func receive(stderr bytes: some Collection<UInt8>) -> [Step] {
        errors.append(bytes)
        guard phase == .starting, let account, errors.take(prompt) else { return [] }
        guard let password = account.password else {
            return fail(.sudoPasswordMissing(host: host, user: account.user))
        }
        guard !passwordSent else { return fail(.sudoPasswordWrong(host: host, user: account.user)) }
        passwordSent = true
        return [.send(Array("\(password.reveal())\n".utf8))]
    }

    /// The shell's output has ended; `reason` is what the transport knows about it.
    package mutating func ended(_ reason: String) -> [Step] {
        guard phase != .failed else { return [] }
        if phase == .starting, account != nil {
            return fail(.sudoRefused(host: host, message: errors.summary(or: reason)))
        }
        let printed = String(decoding: decoder.greeting, as: UTF8.self)
        let said = errors.summary(or: phase == .starting ? ErrorText(printed).summary(or: "") : "")
        return fail(.lost(host: host, reason: said.isEmpty ? reason : "\(reason): \(said)"))
    }

    private mutating func step(for event: AnswerDecoder.Event) -> Step {
        switch event {
        case .note(let text): return .note(text)
        case .output(let output): return .output(output)
        case .ready:
            phase = .greeting
            errors = ErrorText()
            return .send(Request(greeting, nonce: bootstrap.nonce).encoded(after: preamble.text))
        case .answer(let replies):
            guard phase == .greeting else { return .answer(replies) }
            phase = .open
            return .started(replies)
        }
    }

    private mutating func fail(_ error: TransportError) -> [Step] {
        phase = .failed
        return [.failed(error)]
    }
}

/// The end of what a program wrote to its standard error.
private struct ErrorText: Sendable {
    private var bytes: [UInt8] = []

    init() {}

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func append(_ more: some Collection<UInt8>) {
        bytes += more
        if bytes.count > 8192 { bytes.removeFirst(bytes.count - 4096) }
    }

    /// Removes the text; false when it is not there.
    mutating func take(_ text: String) -> Bool {
        guard let found = bytes.firstRange(of: Array(text.utf8)) else { return false }
        bytes.removeSubrange(found)
        return true
    }

    /// The last lines as one, for an error message.
    func summary(or other: String) -> String {
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }
        return lines.isEmpty ? other : lines.suffix(3).joined(separator: "; ")
    }
}
