import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Where text goes, and what is known of it.
protocol ConsoleDevice: Sendable {
    func write(_ text: String, to stream: Console.Stream)
    /// Columns and rows as they are now: a terminal can be resized at any time.
    var size: (columns: Int, rows: Int) { get }
}

/// Standard output and error as this process has them: results go to one, talk to the other.
///
/// Writing blocks while nobody reads (a pager that waits for a key), and Swift's threads are needed for heartbeats: what
/// tells of a run while it goes on is an actor on a `BlockingExecutor`.
struct Console: Sendable {
    enum Stream: Sendable { case output, error }

    var outputIsTerminal: Bool
    var errorIsTerminal: Bool
    var colours: Bool
    private let device: any ConsoleDevice
    private let foot = ConsoleFoot()
    private let aside = DispatchQueue(label: "output aside")

    /// - Parameter environment: `NO_COLOR` turns colours off wherever it is set and not empty.
    init(environment: [String: String]) {
        self.init(
            ProcessStreams(), outputIsTerminal: isatty(STDOUT_FILENO) == 1,
            errorIsTerminal: isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb", environment: environment)
    }

    init(
        _ device: any ConsoleDevice, outputIsTerminal: Bool, errorIsTerminal: Bool, environment: [String: String]
    ) {
        self.device = device
        self.outputIsTerminal = outputIsTerminal
        self.errorIsTerminal = errorIsTerminal
        colours = errorIsTerminal && (environment["NO_COLOR"] ?? "").isEmpty
    }

    var size: (columns: Int, rows: Int) { device.size }

    /// A line of a result.
    func print(_ line: String) { foot.write(line + "\n", to: .output, on: device) }

    /// A line for the person who waits.
    func say(_ line: String) { foot.write(line + "\n", to: .error, on: device) }

    /// The same from a thread that serves connections and must not wait until somebody reads it.
    func sayAside(_ line: String) { aside.async { say(line) } }

    /// Draws lines that stay at the foot of the terminal, whatever is printed or said, until others take their place.
    /// - Parameter kept: what is to stand above them for good.
    func draw(_ kept: [String], foot lines: [String]) { foot.draw(kept, lines, on: device) }

    /// Text for the person who waits, as it is.
    func draw(_ text: String) { device.write(text, to: .error) }
}

/// This process's own streams. What one call writes is not mixed with another's, however long it is.
final class ProcessStreams: ConsoleDevice {
    private let output: Writer
    private let error: Writer

    init(output: Int32 = STDOUT_FILENO, error: Int32 = STDERR_FILENO) {
        self.output = Writer(output)
        self.error = Writer(error)
    }

    private final class Writer: Sendable {
        private let lock = Mutex(())
        private let descriptor: Int32

        init(_ descriptor: Int32) { self.descriptor = descriptor }

        func write(_ text: String) {
            lock.withLock { _ in
                var bytes = Array(text.utf8)[...]
                while !bytes.isEmpty {
                    let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                    if written < 0, errno == EINTR { continue }
                    if written < 0, errno == EAGAIN {
                        var writable = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                        poll(&writable, 1, 1000)
                        continue
                    }
                    // The reader is gone (a closed pipe): there is nobody left to tell.
                    guard written > 0 else { return }
                    bytes = bytes.dropFirst(written)
                }
            }
        }
    }

    func write(_ text: String, to stream: Console.Stream) {
        switch stream {
        case .output: output.write(text)
        case .error: error.write(text)
        }
    }

    var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (100, 40)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }
}
