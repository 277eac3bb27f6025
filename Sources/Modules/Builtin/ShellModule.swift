import Diagnostics
import OrderedCollections
import Remote
package import YAML

/// `shell`: runs text in the host's shell.
package struct ShellModule: Action {
    package static let spec = ModuleSpec(
        "ansible.builtin.shell", summary: "Runs text in the host's shell.", freeForm: "cmd",
        arguments: CommandLine.arguments + [ArgumentSpec("executable", .path)])

    private let command: CommandLine

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        command = try Self.line(arguments)
    }

    package static func make(_ arguments: Arguments, in context: ModuleContext) throws -> any Module {
        guard arguments.has("creates") || arguments.has("removes") else {
            return try ShellModule(arguments, in: context)
        }
        return try GuardedCommand(arguments, command: line(arguments))
    }

    package func act(on host: any ActionHost) async throws -> Outcome { try await command.act(on: host) }

    package var resultInCheckMode: ValueMap { command.resultUnlessChecking }

    private static func line(_ arguments: Arguments) throws -> CommandLine {
        guard let text = try arguments.string("cmd") else {
            throw Problem("shell needs a command", at: arguments.place("cmd"))
        }
        // Without an executable the host's own shell reads the text: then it is in no process's arguments, and `eval`
        // keeps a mistake in it from reaching what stands around it.
        let shell: Shell
        if let executable = try arguments.string("executable") {
            shell = "\(executable) -c \(text)"
        } else {
            shell = "eval \(text)"
        }
        return try CommandLine(arguments, shown: .string(text), shell: shell)
    }
}
