import Dispatch
package import Glibc
import Synchronization

/// What a polling actor waits for and what it does about it; all of it runs on the actor.
package protocol PollingActor: Actor {
    /// The descriptors to wait for, and after how many milliseconds to stop waiting (-1: never).
    func interests() -> (descriptors: [pollfd], timeout: Int32)
    /// Called after every wait with the same descriptors, their `revents` filled in.
    func serve(_ descriptors: [pollfd])
}

/// A serial executor with a thread of its own that waits in `poll` while no job is there: an actor on it owns
/// non-blocking C handles, answers calls, and serves its descriptors in between.
package final class PollingExecutor: SerialExecutor {
    private struct Mailbox {
        var jobs: [UnownedJob] = []
        var calls: [@Sendable () -> Void] = []
        var stopped = false
        /// A byte is on its way to the thread.
        var woken = false
    }

    private let mailbox = Mutex(Mailbox())
    private let queue: DispatchQueue
    private let wakeReader: Int32
    private let wakeWriter: Int32
    private let thread = Mutex<pthread_t?>(nil)

    package init(label: String) {
        queue = DispatchQueue(label: label)
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        _ = socketpair(AF_UNIX, type, 0, &ends)
        wakeReader = ends[0]
        wakeWriter = ends[1]
    }

    deinit {
        close(wakeReader)
        close(wakeWriter)
    }

    /// Starts the thread; it ends with the actor, which it holds only while it works.
    package func start(_ owner: some PollingActor) {
        queue.async { [weak owner] in
            self.thread.withLock { $0 = pthread_self() }
            while self.runJobs(), var interests = owner?.assumeIsolated({ $0.interests() }) {
                self.wait(&interests.descriptors, timeout: interests.timeout)
                let ready = interests.descriptors
                owner?.assumeIsolated { $0.serve(ready) }
            }
        }
    }

    /// Ends the thread after its present turn.
    package func stop() {
        post { $0.stopped = true }
    }

    /// Runs a call on the thread between the jobs; from anywhere, without waiting.
    package func call(_ body: @escaping @Sendable () -> Void) {
        post { $0.calls.append(body) }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        post { $0.jobs.append(unowned) }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    package func checkIsolated() {
        let isOwnThread = thread.withLock { $0.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
        precondition(isOwnThread, "not on the polling thread")
    }

    private func post(_ change: (inout Mailbox) -> Void) {
        let asleep = mailbox.withLock { mailbox in
            change(&mailbox)
            defer { mailbox.woken = true }
            return !mailbox.woken
        }
        guard asleep else { return }
        var byte: UInt8 = 1
        _ = send(wakeWriter, &byte, 1, Int32(MSG_NOSIGNAL))
    }

    /// False when the thread shall end.
    private func runJobs() -> Bool {
        while true {
            let mail = mailbox.withLock { mailbox in
                defer { (mailbox.jobs, mailbox.calls) = ([], []) }
                return mailbox
            }
            for call in mail.calls { call() }
            for job in mail.jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
            if mail.jobs.isEmpty, mail.calls.isEmpty { return !mail.stopped }
        }
    }

    private func wait(_ descriptors: inout [pollfd], timeout: Int32) {
        descriptors.append(pollfd(fd: wakeReader, events: Int16(POLLIN), revents: 0))
        if poll(&descriptors, nfds_t(descriptors.count), timeout) < 0 {
            for index in descriptors.indices { descriptors[index].revents = 0 }
        }
        guard let wake = descriptors.popLast(), wake.revents != 0 else { return }
        // In this order: what is posted in between sends no byte, but is seen before the next wait.
        var bytes: (UInt64, UInt64) = (0, 0)
        while recv(wakeReader, &bytes, 16, 0) > 0 {}
        mailbox.withLock { $0.woken = false }
    }
}
