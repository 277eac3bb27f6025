import Glibc

/// An open file descriptor, closed with the last reference.
package final class Descriptor: Sendable {
    package let number: Int32

    package init(_ number: Int32) {
        self.number = number
    }

    deinit { close(number) }

    /// Two connected ends. Unlike a pipe a socket can be written to without a signal when the other end is gone.
    package static func socketPair() throws(SystemError) -> (Descriptor, Descriptor) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw SystemError() }
        return (Descriptor(ends[0]), Descriptor(ends[1]))
    }

    package func setNonBlocking() {
        _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
    }
}

/// What a system call reported.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    package let code: Int32

    package init(code: Int32) {
        self.code = code
    }

    /// The present value of `errno`.
    package init() {
        code = errno
    }

    package var description: String { String(cString: strerror(code)).lowercased() }
}
