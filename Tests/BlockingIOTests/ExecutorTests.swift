import BlockingIO
import Glibc
import Testing

/// Executors with threads of their own.
@Suite struct ExecutorTests {
    @Test func actorsThatBlockDoNotHoldUpOthers() async {
        let count = 64
        let gate = Gate(count)
        // Each waits until all have started: on a pool of a few threads that would never happen.
        let passed = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<count { group.addTask { await Blocker().pass(gate) } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(passed == count)
    }

    @Test func aPollingActorServesItsDescriptorsAndAnswersCalls() async throws {
        let reader = try PipeReader()
        #expect(await reader.text == "")
        await reader.write("hello")
        #expect(await reader.next() == "hello")
        reader.writeFromAnywhere("again")
        #expect(await reader.next() == "again")
    }

    @Test func aPollingActorEndsWhenNobodyNeedsIt() async throws {
        weak var gone: PipeReader?
        do {
            let reader = try PipeReader()
            gone = reader
            await reader.write("hello")
            _ = await reader.next()
        }
        for _ in 0..<200 where gone != nil { try await Task.sleep(for: .milliseconds(10)) }
        #expect(gone == nil)
    }
}

/// Opens when so many wait at it. Sendable without a check: a pthread barrier is made to be used from several threads.
private final class Gate: @unchecked Sendable {
    private var barrier = pthread_barrier_t()

    init(_ count: Int) { pthread_barrier_init(&barrier, nil, UInt32(count)) }
    func wait() { pthread_barrier_wait(&barrier) }
}

private actor Blocker {
    private let executor = BlockingExecutor(label: "blocker")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func pass(_ gate: Gate) -> Bool {
        gate.wait()
        return true
    }
}

private actor PipeReader: PollingActor {
    private let executor = PollingExecutor(label: "reader")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private(set) var text = ""
    private let ends: (read: Int32, write: Int32)
    private var waiting: CheckedContinuation<String, Never>?

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw CancellationError() }
        self.ends = (ends[0], ends[1])
        executor.start(self)
    }

    deinit {
        executor.stop()
        close(ends.read)
        close(ends.write)
    }

    func interests() -> (descriptors: [pollfd], timeout: Int32) {
        ([pollfd(fd: ends.read, events: Int16(POLLIN), revents: 0)], -1)
    }

    func serve(_ descriptors: [pollfd]) {
        guard descriptors.first?.revents ?? 0 != 0 else { return }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(ends.read, &bytes, bytes.count)
        text += String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        answer()
    }

    func write(_ text: String) { _ = Glibc.write(ends.write, text, text.utf8.count) }

    nonisolated func writeFromAnywhere(_ text: String) {
        executor.call { self.assumeIsolated { $0.write(text) } }
    }

    func next() async -> String {
        await withCheckedContinuation {
            waiting = $0
            answer()
        }
    }

    private func answer() {
        guard !text.isEmpty, let waiting else { return }
        self.waiting = nil
        waiting.resume(returning: text)
        text = ""
    }
}
