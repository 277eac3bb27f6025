#if canImport(Glibc)
    import Glibc
#endif

/// Standard output and error as this process has them: results go to one, talk to the other.
struct Console: Sendable {
    var outputIsTerminal: Bool
    var errorIsTerminal: Bool
    var colours: Bool
    var width: Int

    /// - Parameter environment: `NO_COLOR` turns colours off wherever it is set and not empty.
    init(environment: [String: String]) {
        outputIsTerminal = isatty(STDOUT_FILENO) == 1
        errorIsTerminal = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
        colours = errorIsTerminal && (environment["NO_COLOR"] ?? "").isEmpty
        var size = winsize()
        width = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 100
    }

    /// A line of a result.
    func print(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }

    /// A line for the person who waits.
    func say(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

    /// Text for the person who waits, as it is.
    func draw(_ text: String) { write(text, to: STDERR_FILENO) }

    private func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR || errno == EAGAIN { continue }
            // The reader is gone (a closed pipe): there is nobody left to tell.
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}
