import ArgumentParser
import YAML

/// `intchainctl restore [db]`: the database as it was at a moment, beside the running one, by `playbooks/restore.yml`.
struct RestoreDatabase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Restore the database to a moment beside the running one; then look, and promote or discard it.",
        discussion: """
            intchainctl restore --to 2026-01-18T02:30:00Z
            intchainctl restore --before-statement 'DROP TABLE intchain.orders'
            intchainctl restore --discard
            What would be done is told first, by the host itself, and asked for; --yes does it without.
            """)

    @Option(
        help: """
            latest, a time in UTC (2026-01-18T02:30:00Z), a GTID, which is the last to be restored, or backup: its own \
            moment, without binary logs.
            """)
    var to: String?

    @Option(name: .customLong("before-statement"), help: "All up to the transaction with this in its statement.")
    var beforeStatement: String?

    @Option(help: "Begin with this backup, or this file on the host; without it, the newest before the moment.")
    var backup: String?

    @Option(help: "The host to restore on; without it, the one that verifies backups.")
    var on: String?

    @Flag(help: "Show what was restored.")
    var status = false

    @Flag(help: "Drop what was restored.")
    var discard = false

    @Flag(help: "Make what was restored the database of its host, which then takes writes.")
    var promote = false

    @Flag(
        name: .customLong("peers-are-down"), help: "With --promote: you know that servers which don't answer are dead.")
    var peersAreDown = false

    @OptionGroup var confirmation: ConfirmationFlags

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    func validate() throws {
        let asked = [to != nil, beforeStatement != nil, status, discard, promote].count { $0 }
        guard asked == 1 else {
            throw ValidationError("say one of --to, --before-statement, --status, --discard and --promote")
        }
        if backup != nil, to == nil, beforeStatement == nil { throw ValidationError("--backup goes with --to") }
        if peersAreDown, !promote { throw ValidationError("--peers-are-down goes with --promote") }
    }

    func run() async throws {
        let context = Context.live()
        let command = PlaybookCommand(context: context, flags: flags)
        if status {
            let recap = try await command.run(try load(command, context, arguments))
            return try ExitStatus(of: recap).throwUnlessDone()
        }
        if !confirmation.yes {
            let plan = try await command.run(try load(command, context, arguments + ["--plan"]))
            try ExitStatus(of: plan).throwUnlessDone()
            try confirmation.confirm(question, console: context.console)
        }
        let recap = try await command.run(try load(command, context, arguments), as: "restore", lock)
        try ExitStatus(of: recap).throwUnlessDone()
    }

    private func load(
        _ command: PlaybookCommand, _ context: Context, _ arguments: [String]
    ) throws -> PlaybookCommand.Loaded {
        var variables: [String: Value] = ["restore_arguments": .list(arguments.map(Value.string))]
        if let on { variables["restore_host"] = .string(on) }
        return try command.load(try SitePlaybook("restore", context: context).path, variables: variables)
    }

    private var question: String {
        if promote { return "Make what was restored the database?" }
        return discard ? "Drop what was restored?" : "Restore it?"
    }

    private var arguments: [String] {
        var words: [String] = []
        if let to { words += ["--to", to] }
        if let beforeStatement { words += ["--before-statement", beforeStatement] }
        if let backup { words += ["--backup", backup] }
        if status { words.append("--status") }
        if discard { words.append("--discard") }
        if promote { words.append("--promote") }
        return words + (peersAreDown ? ["--peers-are-down"] : [])
    }
}
