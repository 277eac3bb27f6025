/// One program to run on this machine: its arguments go to it as they are, through no shell.
package struct Command: Hashable, Sendable {
    package var program: String
    package var arguments: [String]
    /// Added to the tool's own environment.
    package var environment: [String: String]
    /// What it reads from standard input. Secrets travel here, never in the arguments.
    package var input: String?

    package init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String? = nil
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.input = input
    }
}

extension Command: CustomStringConvertible {
    package var description: String { ([program] + arguments).joined(separator: " ") }
}

/// How a program ended.
package struct CommandResult: Hashable, Sendable {
    /// What it printed, the end of it when it was very long.
    package var output: String
    /// `exited with 1`, `killed by signal 9`; nil when it succeeded.
    package var failure: String?

    package init(output: String, failure: String? = nil) {
        self.output = output
        self.failure = failure
    }
}
