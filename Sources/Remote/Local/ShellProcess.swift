import BlockingIO
import Glibc
import Synchronization

/// A shell in a local process. It blocks in `poll`, so it has an executor of its own; calls are served in order.
actor ShellProcess {
    private let executor = BlockingExecutor(label: "local shell")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Where the shell is in its life, readable while a call blocks the actor.
    nonisolated let life = Life()

    private let host: String
    private let environment: [String]?
    private var conversation: ShellConversation
    private var child: ChildProcess?
    private var started: Result<[Reply], TransportError>?
    private var outgoing: ArraySlice<UInt8> = []

    init(host: String, account: Become?, greeting: [Fragment], environment: [String]?, workshop: String?) {
        self.host = host
        self.environment = environment
        conversation = ShellConversation(host: host, account: account, greeting: greeting, workshop: workshop)
    }

    /// Starts the shell when that has not been done; the greeting's replies.
    func start() async throws -> [Reply] {
        if let started { return try started.get() }
        let result = await cancellable { actor in
            Result { () throws(TransportError) in try actor.launch() }
        }
        started = result
        return try result.get()
    }

    func run(
        _ fragments: [Fragment], hearing: @escaping @Sendable (StreamedOutput) -> Void
    ) async throws -> [Reply] {
        guard !life.isOver else { throw TransportError.lost(host: host, reason: "the shell has ended") }
        let result = await cancellable { actor in
            Result { () throws(TransportError) in
                actor.outgoing = actor.conversation.request(fragments)[...]
                return try actor.converse(hearing) { if case .answer(let replies) = $0 { replies } else { nil } }
            }
        }
        try Task.checkCancellation()
        return try result.get()
    }

    /// Ends what is under way, and the shell.
    nonisolated func stop() async {
        life.end()
        await dropChild()
    }

    private func dropChild() { child = nil }

    private func cancellable<Value: Sendable>(_ body: (isolated ShellProcess) -> Value) async -> Value {
        await withTaskCancellationHandler {
            let value = body(self)
            if life.isOver { child = nil }
            return value
        } onCancel: {
            life.end()
        }
    }

    private func launch() throws(TransportError) -> [Reply] {
        do {
            let child = try ChildProcess(["sh", "-c", conversation.command], environment: environment)
            for stream in [child.input, child.output, child.errors] { stream.setNonBlocking() }
            self.child = child
        } catch {
            throw .lost(host: host, reason: "cannot start sh: \(error)")
        }
        return try converse { if case .started(let replies) = $0 { replies } else { nil } }
    }

    /// Moves bytes both ways until a step gives what is awaited.
    private func converse<Value>(
        _ hearing: (StreamedOutput) -> Void = { _ in }, _ awaited: (ShellConversation.Step) -> Value?
    ) throws(TransportError) -> Value {
        while let child {
            for step in wait(for: child) {
                if let value = awaited(step) { return value }
                switch step {
                case .send(let bytes): outgoing += bytes
                case .output(let output): hearing(output)
                case .failed(let error):
                    life.end()
                    throw error
                default: break
                }
            }
        }
        throw .lost(host: host, reason: "the shell has ended")
    }

    private func wait(for child: ChildProcess) -> [ShellConversation.Step] {
        var polled = [
            pollfd(fd: life.wake, events: Int16(POLLIN), revents: 0),
            pollfd(fd: child.output.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: child.errors.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: outgoing.isEmpty ? -1 : child.input.number, events: Int16(POLLOUT), revents: 0),
        ]
        guard poll(&polled, nfds_t(polled.count), -1) >= 0 else { return [] }
        if polled[0].revents != 0 { return conversation.ended("cancelled") }
        if polled[3].revents != 0 { write(to: child) }
        var steps: [ShellConversation.Step] = []
        if polled[2].revents != 0, let bytes = read(child.errors) { steps += conversation.receive(stderr: bytes) }
        guard polled[1].revents != 0 else { return steps }
        guard let bytes = read(child.output) else {
            // What it said on its way out may still be unread.
            if let last = read(child.errors) { steps += conversation.receive(stderr: last) }
            return steps + conversation.ended("the shell has ended")
        }
        return steps + conversation.receive(stdout: bytes)
    }

    private func write(to child: ChildProcess) {
        let sent = outgoing.withUnsafeBytes { bytes in
            send(child.input.number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
        if sent > 0 {
            outgoing.removeFirst(sent)
        } else if errno != EAGAIN, errno != EINTR {
            outgoing = []
        }
        if outgoing.isEmpty { outgoing = [] }
    }

    /// Nil at the end of the stream.
    private func read(_ stream: Descriptor) -> [UInt8]? {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 65536) { buffer, initialized in
            count = Glibc.read(stream.number, buffer.baseAddress, buffer.count)
            initialized = max(0, count)
        }
        if count < 0, errno == EAGAIN || errno == EINTR { return [] }
        return count > 0 ? bytes : nil
    }
}

extension ShellProcess {
    /// Whether the shell is of use, readable and endable while a call blocks the actor.
    final class Life: Sendable {
        /// Readable from the end on; nil when the system has no descriptors left.
        var wake: Int32 { ends?.0.number ?? -1 }

        private let ends = try? Descriptor.socketPair()
        private let over = Mutex(false)

        var isOver: Bool { over.withLock { $0 } }

        func end() {
            over.withLock { $0 = true }
            if let ends { shutdown(ends.1.number, Int32(SHUT_RDWR)) }
        }
    }
}
