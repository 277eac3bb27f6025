import Remote

/// A remote shell on a channel: one request at a time, the others in a queue. Used on its loop's thread only.
final class ShellChannel: SessionUser, Channel.User {
    typealias Waiting<Value> = CheckedContinuation<Value, any Error>

    private enum Phase {
        case opening
        case requesting
        case running
        case over
    }

    private struct Request {
        let id: Int
        let bytes: [UInt8]
        let waiting: Waiting<[Reply]>
        let hearing: @Sendable (StreamedOutput) -> Void
    }

    /// Frames of a fed fragment whose turn has not come, or for which there is no room yet.
    private struct Frame {
        let request: Int
        let bytes: [UInt8]
        let waiting: Waiting<Void>
    }

    /// Bytes on their way out above which a feed waits.
    private static let room = 4 << 20

    let host: String
    private(set) var greeting: [Reply]?
    /// Nil when the shell is over, which closes it on the host.
    private var channel: Channel?
    private let note: @Sendable (String) -> Void
    private var conversation: ShellConversation
    private var phase = Phase.opening
    private var starting: [Int: Waiting<[Reply]>] = [:]
    private var current: Request?
    private var queue: [Request] = []
    private var frames: [Frame] = []
    private var outgoing = SendQueue()
    private var output: [UInt8] = []
    private var errors: [UInt8] = []
    private var failure: (any Error)?

    init(
        on session: SessionHandle, host: String, account: Become?, greeting: [Fragment],
        note: @escaping @Sendable (String) -> Void
    ) throws(LibSSHError) {
        self.host = host
        self.note = note
        conversation = ShellConversation(host: host, account: account, greeting: greeting)
        channel = try Channel(session)
        channel?.user = self
    }

    var isOver: Bool { phase == .over }

    func start(_ id: Int, _ waiting: Waiting<[Reply]>) {
        if let failure { return waiting.resume(throwing: failure) }
        if let greeting { return waiting.resume(returning: greeting) }
        starting[id] = waiting
    }

    func run(
        _ id: Int, _ fragments: [Fragment], _ waiting: Waiting<[Reply]>,
        _ hearing: @escaping @Sendable (StreamedOutput) -> Void
    ) {
        if let failure { return waiting.resume(throwing: failure) }
        queue.append(
            Request(id: id, bytes: conversation.request(fragments), waiting: waiting, hearing: hearing))
    }

    /// Runs a fragment that is fed by the frames that follow.
    func run(_ id: Int, fed fragment: Fragment, _ waiting: Waiting<[Reply]>) {
        if let failure { return waiting.resume(throwing: failure) }
        queue.append(
            Request(id: id, bytes: conversation.beginning(of: fragment), waiting: waiting, hearing: { _ in }))
    }

    /// Feeds the request's fragment; goes on when there is room for more. No bytes are the end.
    func feed(_ id: Int, _ bytes: [UInt8], _ waiting: Waiting<Void>) {
        if let failure { return waiting.resume(throwing: failure) }
        frames.append(Frame(request: id, bytes: bytes, waiting: waiting))
    }

    /// Gives up waiting. A request under way can't be taken back, so it ends the shell, which ends what only reads.
    func cancel(_ id: Int) {
        if let waiting = starting.removeValue(forKey: id) { waiting.resume(throwing: CancellationError()) }
        for frame in frames where frame.request == id { frame.waiting.resume(throwing: CancellationError()) }
        frames.removeAll { $0.request == id }
        if let index = queue.firstIndex(where: { $0.id == id }) {
            queue.remove(at: index).waiting.resume(throwing: CancellationError())
        }
        guard let request = current, request.id == id else { return }
        current = nil
        request.waiting.resume(throwing: CancellationError())
        end(TransportError.lost(host: host, reason: "the command was cancelled"))
    }

    func receive(_ bytes: UnsafeRawBufferPointer, isError: Bool) -> Int {
        if isError { errors += bytes } else { output += bytes }
        return bytes.count
    }

    func advance() throws(LibSSHError) -> Bool {
        guard let channel else { return false }
        switch phase {
        case .opening: return proceed(to: .requesting) { () throws(LibSSHError) in try channel.open() }
        case .requesting:
            return proceed(to: .running) { () throws(LibSSHError) in try channel.execute(conversation.command) }
        case .running: return try exchange(on: channel)
        case .over: return false
        }
    }

    /// That a server opens no further channel is the shell's failure, not the session's.
    private func proceed(to next: Phase, when isDone: () throws(LibSSHError) -> Bool) -> Bool {
        do throws(LibSSHError) {
            guard try isDone() else { return false }
            phase = next
        } catch {
            end(TransportError.lost(host: host, reason: "cannot start a shell: \(error.message)"))
        }
        return true
    }

    private func exchange(on channel: Channel) throws(LibSSHError) -> Bool {
        let received = takeReceived()
        if current == nil, greeting != nil, !queue.isEmpty {
            let request = queue.removeFirst()
            current = request
            outgoing.append(request.bytes)
        }
        takeFrames()
        let sent = try outgoing.send(on: channel)
        // What a program says on its way out may come after its exit status, but before the close.
        let isAtEnd = channel.isClosed || channel.hasEnded && channel.exitStatus != nil
        if isAtEnd, output.isEmpty, errors.isEmpty {
            let status = channel.exitStatus.map { " with status \($0)" } ?? ""
            perform(conversation.ended("the shell has ended\(status)"))
        }
        return received || sent
    }

    private func takeFrames() {
        while let frame = frames.first, frame.request == current?.id, outgoing.count < Self.room {
            frames.removeFirst()
            outgoing.append(ShellConversation.frameHeader(frame.bytes.count))
            outgoing.append(frame.bytes)
            frame.waiting.resume()
        }
    }

    private func takeReceived() -> Bool {
        guard !output.isEmpty || !errors.isEmpty else { return false }
        let (output, errors) = (output, errors)
        (self.output, self.errors) = ([], [])
        if !errors.isEmpty { perform(conversation.receive(stderr: errors)) }
        if !output.isEmpty { perform(conversation.receive(stdout: output)) }
        return true
    }

    private func perform(_ steps: [ShellConversation.Step]) {
        for step in steps {
            switch step {
            case .send(let bytes): outgoing.append(bytes)
            case .note(let text): note(text)
            case .output(let output): current?.hearing(output)
            case .failed(let error): end(error)
            case .started(let replies):
                greeting = replies
                for waiting in starting.values { waiting.resume(returning: replies) }
                starting = [:]
            case .answer(let replies):
                current?.waiting.resume(returning: replies)
                current = nil
            }
        }
    }

    func end(_ error: any Error) {
        guard phase != .over else { return }
        phase = .over
        failure = error
        for waiting in starting.values { waiting.resume(throwing: error) }
        for request in [current].compactMap({ $0 }) + queue { request.waiting.resume(throwing: error) }
        for frame in frames { frame.waiting.resume(throwing: error) }
        (starting, current, queue, frames, channel) = ([:], nil, [], [], nil)
    }
}
