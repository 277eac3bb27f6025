/// A piece of work for a remote shell: `sh` text, run in a subshell of its own with standard input from /dev/null.
package struct Fragment: Hashable, Sendable {
    /// What running it does to the host.
    package enum Effect: Hashable, Sendable {
        /// Only looks; runs inside the shell and dies with the connection.
        case reads
        /// Changes the host: runs detached from the connection, under the host's own lock, its output and status kept
        /// in files, so that neither a cut line nor a killed client stops it half way.
        case changes
    }

    package var shell: Shell
    /// Bytes the text needs: they travel on standard input, never in argv, and the text finds each as a file of mode
    /// 0600 whose path is in `$in1`, `$in2` …; the files are gone when the fragment has ended.
    package var inputs: [[UInt8]]
    package var effect: Effect
    /// After this time the fragment is ended and its reply has status 124; nil waits for ever.
    package var timeout: Duration?
    /// What a change prints is wanted while it runs, not only in its reply.
    package var streams = false

    package init(_ shell: Shell, inputs: [[UInt8]] = [], effect: Effect, timeout: Duration? = nil) {
        self.shell = shell
        self.inputs = inputs
        self.effect = effect
        self.timeout = timeout
    }

    package static func reads(_ shell: Shell, inputs: [[UInt8]] = [], timeout: Duration? = nil) -> Fragment {
        Fragment(shell, inputs: inputs, effect: .reads, timeout: timeout)
    }

    package static func changes(_ shell: Shell, inputs: [[UInt8]] = [], timeout: Duration? = nil) -> Fragment {
        Fragment(shell, inputs: inputs, effect: .changes, timeout: timeout)
    }
}

/// From when to when an answer was waited for, in seconds since 1970 by the operator's clock.
package struct ReplyTimes: Hashable, Sendable {
    package var sent: Double
    package var answered: Double

    package init(sent: Double, answered: Double) {
        self.sent = sent
        self.answered = answered
    }
}

/// What a fragment answered.
package struct Reply: Hashable, Sendable {
    /// The exit status, 128 + n for a signal n.
    package var status: Int32
    package var stdout: [UInt8]
    package var stderr: [UInt8]
    /// When the fragment was sent and when its answer came, where somebody looked at the clock.
    package var times: ReplyTimes?

    package init(status: Int32 = 0, stdout: [UInt8] = [], stderr: [UInt8] = []) {
        self.status = status
        self.stdout = stdout
        self.stderr = stderr
    }

    package init(status: Int32 = 0, stdout: String, stderr: String = "") {
        self.init(status: status, stdout: Array(stdout.utf8), stderr: Array(stderr.utf8))
    }

    package var output: String { String(decoding: stdout, as: UTF8.self) }
    package var errors: String { String(decoding: stderr, as: UTF8.self) }
    package var succeeded: Bool { status == 0 }
}
