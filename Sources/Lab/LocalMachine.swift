import Subprocess
import SystemPackage

/// The machine that the tool itself runs on.
package struct LocalMachine: Machine {
    package init() {}

    /// Lines kept of what a program prints.
    private static let kept = 2000

    package func run(_ command: Command, line: (@Sendable (String) -> Void)?) async throws -> CommandResult {
        guard let program = ProgramPath.find(command.program) else {
            throw LabError.commandFailed(command.description, outcome: "not installed", message: "")
        }
        let environment = Environment.inherit.updating(
            Dictionary(
                uniqueKeysWithValues: command.environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) }))
        let result = try await Subprocess.run(
            .path(program), arguments: Arguments(command.arguments), environment: environment,
            input: .string(command.input ?? ""), output: .sequence, error: .combinedWithOutput
        ) { execution in
            var lines: [String] = []
            for try await text in execution.standardOutput.strings() {
                line?(text)
                lines.append(text)
                if lines.count > Self.kept { lines.removeFirst(Self.kept / 2) }
            }
            return lines
        }
        return CommandResult(
            output: result.closureResult.joined(separator: "\n"), failure: Self.failure(result.terminationStatus))
    }

    private static func failure(_ status: TerminationStatus) -> String? {
        switch status {
        case .exited(0): nil
        case .exited(let code): "exited with \(code)"
        case .signaled(let signal): "killed by signal \(signal)"
        }
    }
}
