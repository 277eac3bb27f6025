import Diagnostics
import OrderedCollections
import Remote
package import YAML

/// `command`: runs a program, without a shell's pipes and redirections.
package struct CommandModule: Action {
    package static let spec = ModuleSpec(
        "ansible.builtin.command", summary: "Runs a program.", freeForm: "cmd",
        arguments: CommandLine.arguments + [
            ArgumentSpec("argv", .list(.string)), ArgumentSpec("expand_argument_vars", .bool),
        ])

    private let command: CommandLine

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        command = try Self.line(arguments)
    }

    package static func make(_ arguments: Arguments, in context: ModuleContext) throws -> any Module {
        guard arguments.has("creates") || arguments.has("removes") else {
            return try CommandModule(arguments, in: context)
        }
        return try GuardedCommand(arguments, command: line(arguments))
    }

    package func act(on host: any ActionHost) async throws -> Outcome { try await command.act(on: host) }

    package var resultInCheckMode: ValueMap { command.resultUnlessChecking }

    static func line(_ arguments: Arguments) throws -> CommandLine {
        let words: CommandWords
        switch (try arguments.words("cmd"), try arguments.strings("argv")) {
        case (let line?, nil): words = line
        case (nil, let argv?): words = CommandWords(argv)
        case (.some, .some): throw arguments.problem("argv", "excludes cmd", hint: "write one of the two")
        case (nil, nil): throw Problem("command needs cmd or argv", at: arguments.place("cmd"))
        }
        guard !words.words.isEmpty else { throw Problem("command has no program", at: arguments.place("cmd")) }
        return try CommandLine(
            arguments, shown: .list(words.words.map { .string($0) }),
            shell: words.shell(expanding: arguments.bool("expand_argument_vars") ?? true))
    }
}

extension CommandLine {
    func act(on host: any ActionHost) async throws -> Outcome {
        guard let reply = try await host.run([fragment]).first else {
            throw ModuleFailure("the command did not answer")
        }
        if let failure = failure(reply) { throw failure }
        return Outcome(changed: true, result: result(of: reply))
    }
}
