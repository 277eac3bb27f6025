import Glibc
import Lab

/// Steps on standard error, each with the time it took: plain lines, and on a terminal also what goes on right now.
struct LabProgressPrinter: Sendable {
    private let start = ContinuousClock.now
    private let isTerminal = isatty(STDERR_FILENO) == 1

    func show(_ event: LabEvent) {
        switch event {
        case .began(let title): line("\(clock) \(title) …")
        case .detail(let text): isTerminal ? transient("\(clock)   \(text)") : line("\(clock)   \(text)")
        case .ended(let title, let duration): line("\(clock) \(title): done in \(Self.seconds(duration))")
        case .note(let text): line("\(clock) \(text)")
        }
    }

    /// Seconds since the command began, right-aligned.
    private var clock: String {
        let text = Self.seconds(ContinuousClock.now - start)
        return String(repeating: " ", count: max(0, 8 - text.count)) + text
    }

    private func line(_ text: String) {
        write((isTerminal ? "\r\u{1B}[K" : "") + text + "\n")
    }

    private func transient(_ text: String) {
        write("\r\u{1B}[K\(text)")
    }

    private func write(_ text: String) {
        var text = text
        text.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// `12.3 s`.
    static func seconds(_ duration: Duration) -> String {
        let tenths = Int(duration / .milliseconds(100))
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
