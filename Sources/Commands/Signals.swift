@preconcurrency import Dispatch
import Playbooks
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// What SIGINT, SIGTERM and SIGHUP do to a command.
///
/// The first asks a run to end in good order, and cancels any other command. The second cancels the run too: what its
/// hosts have begun goes on there, the site's lock is given back. A third, or a command that does not end, ends the
/// process.
final class Signals: Sendable {
    /// What the command at work is asked to heed.
    @TaskLocal static var stop: StopRequest?

    private let sources: [any DispatchSourceSignal]

    init(cancelling work: Task<Int32, Never>, asking stop: StopRequest) {
        // A reader of our output that goes away is no reason to leave hosts and locks alone.
        signal(SIGPIPE, SIG_IGN)
        let arrival = Arrival(work: work, stop: stop)
        // A queue of its own: the shared ones have no thread left while an output that nobody reads holds theirs.
        let queue = DispatchQueue(label: "signals")
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            // Those that came in quick succession are told of together.
            source.setEventHandler { [source] in for _ in 0..<source.data { arrival.another() } }
            source.resume()
            return source
        }
    }

    func ignore() { for source in sources { source.cancel() } }
}

/// The signals that came so far.
private final class Arrival: Sendable {
    /// How long a cancelled command may take to end.
    private static let grace = DispatchTimeInterval.seconds(8)

    private let number = Atomic(0)
    private let work: Task<Int32, Never>
    private let stop: StopRequest

    init(work: Task<Int32, Never>, stop: StopRequest) {
        self.work = work
        self.stop = stop
    }

    func another() {
        switch number.add(1, ordering: .relaxed).newValue {
        case 1:
            let work = work
            if !stop.request(whenDone: { work.cancel() }) {
                Console(environment: [:]).say("stopping; once more to stop at once")
            }
        case 2 where !work.isCancelled:
            work.cancel()
            DispatchQueue(label: "grace").asyncAfter(deadline: .now() + Self.grace) {
                _exit(ExitStatus.interrupted.rawValue)
            }
        default: _exit(ExitStatus.interrupted.rawValue)
        }
    }
}
