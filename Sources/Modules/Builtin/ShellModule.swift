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
        guard let executable = try arguments.string("executable") else {
            // The host's own shell reads the text: it is in no process's arguments, and `eval` keeps a mistake in it from
            // reaching what stands around it.
            return try CommandLine(arguments, shown: .string(text), shell: "eval \(text)")
        }
        return try CommandLine(
            arguments, shown: .string(text), shell: Self.running("\"$in1\"", by: executable), inputs: [Array(text.utf8)]
        )
    }

    private static let bourneShells: Set<String> = ["ash", "bash", "dash", "ksh", "ksh93", "mksh", "sh", "yash", "zsh"]

    /// A file's text run by another program, as `-c` would have it run, but in no process's arguments.
    ///
    /// A shell reads the file from a descriptor that what it starts does not inherit: so `$0` and the arguments are what
    /// `-c` makes them. Only Bourne's shells know how; others take the file.
    private static func running(_ file: Shell, by executable: String) -> Shell {
        let name = executable.split(separator: "/").last.map(String.init) ?? ""
        guard bourneShells.contains(name) else { return "\(executable) \(file)" }
        return "\(executable) -c 'eval \"exec 9<&-; $(cat <&9)\"' 9<\(file)"
    }
}
