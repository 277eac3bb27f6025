/// The machine that a lab stands on.
package protocol Machine: Sendable {
    /// Runs a program to its end; `line` is given each line that it prints, on either stream, as it comes.
    ///
    /// - Throws: only when the program can't be started at all.
    func run(_ command: Command, line: (@Sendable (String) -> Void)?) async throws -> CommandResult
}

extension Machine {
    /// What the program printed.
    ///
    /// - Throws: `LabError.commandFailed` with the end of what it printed.
    @discardableResult
    package func require(_ command: Command, line: (@Sendable (String) -> Void)? = nil) async throws -> String {
        let result = try await run(command, line: line)
        guard let failure = result.failure else { return result.output }
        let tail = result.output.split(separator: "\n").suffix(8).joined(separator: "\n")
        throw LabError.commandFailed(command.description, outcome: failure, message: tail)
    }

    /// Runs a program whose failure does not matter: it undoes what may not be there.
    func attempt(_ command: Command) async {
        _ = try? await run(command, line: nil)
    }
}
