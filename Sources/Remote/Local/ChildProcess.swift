import Dispatch
import Glibc

/// A child in a session of its own with its three streams; its input is closed with the last reference.
package final class ChildProcess: Sendable {
    private let processID: pid_t
    package let input: Descriptor
    package let output: Descriptor
    package let errors: Descriptor

    /// - Parameters:
    ///   - environment: `NAME=value` each; nil: our own.
    ///   - duplex: `output` is the same socket as `input`.
    package init(_ arguments: [String], environment: [String]? = nil, duplex: Bool = false) throws(SystemError) {
        let (input, childInput) = try Descriptor.socketPair()
        let (output, childOutput) = duplex ? (input, childInput) : try Descriptor.socketPair()
        let (errors, childErrors) = try Descriptor.socketPair()
        self.input = input
        self.output = output
        self.errors = errors
        // Not a group's leader when it starts, setsid becomes the command without a fork between.
        processID = try Self.spawn(
            ["setsid"] + arguments, environment: environment, streams: [childInput, childOutput, childErrors])
    }

    deinit {
        shutdown(input.number, Int32(SHUT_RDWR))
        let child = processID
        DispatchQueue.global().async {
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0, errno == EINTR {}
        }
    }

    private static func spawn(
        _ arguments: [String], environment: [String]?, streams: [Descriptor]
    ) throws(SystemError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, stream) in streams.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, stream.number, Int32(number))
        }
        // Others in this process may have opened descriptors that programs inherit, and wait for their end.
        for number in Int32(3)..<1024 { posix_spawn_file_actions_addclose(&actions, number) }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        let argv = CStrings(arguments)
        let envp = environment.map { CStrings($0) }
        var child: pid_t = 0
        let code = posix_spawnp(&child, "setsid", &actions, &attributes, argv.pointers, envp?.pointers ?? environ)
        guard code == 0 else { throw SystemError(code: code) }
        return child
    }
}

/// A null-terminated array of C strings.
private final class CStrings {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        pointers = .allocate(capacity: count + 1)
        for (index, string) in strings.enumerated() { pointers[index] = strdup(string) }
        pointers[count] = nil
    }

    deinit {
        for index in 0..<count { free(pointers[index]) }
        pointers.deallocate()
    }
}
