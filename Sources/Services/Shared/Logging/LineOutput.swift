import Glibc
import Synchronization

/// Where log lines go, each with one `write`, so that lines of several threads never mix.
package final class LineOutput: Sendable {
    package static let standardOutput = LineOutput(descriptor: STDOUT_FILENO)

    private let descriptor: Mutex<Int32>

    package init(descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
    }

    /// Writes all of it, or as much as the other end takes.
    package func write(_ text: String) {
        descriptor.withLock { writeAll(text, to: $0) }
    }
}

/// The file of errors; opened for each line, so that logrotate may move it away at any time.
struct ErrorFile: Sendable {
    let path: String

    /// Appends the text; a file that can't be written is no reason to fail.
    func append(_ text: String) {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { return }
        writeAll(text, to: descriptor)
        close(descriptor)
    }
}

private func writeAll(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
        let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { return }
        bytes = bytes.dropFirst(written)
    }
}
