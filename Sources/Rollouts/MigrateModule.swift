import Diagnostics
package import Modules
import OrderedCollections
import Remote
import YAML

/// `intchain.site.migrate`: runs a release's migration command and reads from its JSON lines what it did.
package struct MigrateModule: Action {
    package static let spec = ModuleSpec(
        "intchain.site.migrate", summary: "Runs a release's database migrations.", freeForm: "command",
        arguments: [
            ArgumentSpec("command", .raw, required: true), ArgumentSpec("chdir", .path), ArgumentSpec("user"),
            ArgumentSpec("timeout", .int),
        ])

    let shell: Shell
    let timeout: Duration?

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        let folder = try arguments.string("chdir")
        let enter: Shell = folder.map { "cd \($0) || exit 1\n" } ?? ""
        shell = "\(enter)\(try Self.command(arguments))"
        timeout = try arguments.int("timeout").map { .seconds($0) }
    }

    /// A list is words; a string is shell text, as everywhere in a playbook.
    private static func command(_ arguments: Arguments) throws -> Shell {
        let command: Shell
        if arguments.raw("command")?.list != nil {
            command = "\(try arguments.strings("command") ?? [])"
        } else {
            command = Shell(verbatim: try arguments.requiredString("command"))
        }
        guard let user = try arguments.string("user") else { return command }
        return "runuser -u \(user) -- sh -c \(command.text)"
    }

    package func act(on host: any ActionHost) async throws -> Outcome {
        await host.progress("migrating the database")
        let replies = try await host.run([.changes(shell, timeout: timeout)])
        guard let reply = replies.first, reply.succeeded else {
            throw ModuleFailure("migrate the database", replies.first ?? Reply(status: 1))
        }
        let reports = Self.reports(in: reply.output)
        let applied = reports.last { $0["applied"]?.int != nil }
        guard let count = applied?["applied"]?.int ?? EntityFramework.applied(in: reply.output) else {
            throw ModuleFailure(
                "the migration ended well but did not say what it applied: \(reply.output.suffix(400))",
                result: ["stdout": .string(reply.output), "stderr": .string(reply.errors)])
        }
        return Outcome(
            changed: count > 0, result: ["applied": .int(count), "reports": .list(reports)],
            message: count == 0 ? "nothing to migrate" : "\(count) \(count == 1 ? "migration" : "migrations") applied")
    }

    /// The lines that are JSON objects; others are the program's own talk.
    static func reports(in output: String) -> [Value] {
        output.split(separator: "\n").filter { $0.hasPrefix("{") }.compactMap { try? Value(json: String($0)) }
    }
}
