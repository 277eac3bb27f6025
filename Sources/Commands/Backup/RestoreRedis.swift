import ArgumentParser
import YAML

/// `intchainctl restore redis`: a snapshot or an append-only log of Redis, by `playbooks/restore-redis.yml`.
struct RestoreRedis: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redis",
        abstract: "Restore Redis from a snapshot or an append-only log, beside the running server.",
        discussion: """
            intchainctl restore redis --from latest --on redis1
            intchainctl restore redis --from /backup/redis/redis_20260118_021500.rdb --on redis1
            intchainctl restore redis --promote --on redis1
            """)

    @Option(
        help: """
            On the host: an .rdb file, a folder appendonlydir, or latest for the newest snapshot, its own or the copy of \
            another server's.
            """)
    var from: String?

    @Option(help: "The host: the primary, when it is to be promoted. Without it, the site's first primary.")
    var on: String?

    @Flag(help: "Show what was restored.")
    var status = false

    @Flag(help: "Drop what was restored.")
    var discard = false

    @Flag(help: "Make what was restored the data of its host; never over a live primary.")
    var promote = false

    @Flag(
        name: .customLong("peers-are-down"), help: "With --promote: you know that servers which don't answer are dead.")
    var peersAreDown = false

    @OptionGroup var confirmation: ConfirmationFlags

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    func validate() throws {
        guard [from != nil, status, discard, promote].count(where: { $0 }) == 1 else {
            throw ValidationError("say one of --from, --status, --discard and --promote")
        }
        if peersAreDown, !promote { throw ValidationError("--peers-are-down goes with --promote") }
    }

    func run() async throws {
        let context = Context.live()
        let command = PlaybookCommand(context: context, flags: flags)
        let loaded = try load(command, context, arguments)
        if status { return try ExitStatus(of: try await command.run(loaded)).throwUnlessDone() }
        context.console.say("  \(step)")
        if from != nil, !confirmation.yes {
            let plan = try await command.run(try load(command, context, arguments + ["--plan"]))
            try ExitStatus(of: plan).throwUnlessDone()
        }
        try confirmation.confirm("Do it?", console: context.console)
        try ExitStatus(of: try await command.run(loaded, as: "restore redis", lock)).throwUnlessDone()
    }

    private func load(
        _ command: PlaybookCommand, _ context: Context, _ arguments: [String]
    ) throws -> PlaybookCommand.Loaded {
        var variables: [String: Value] = ["restore_arguments": .list(arguments.map(Value.string))]
        if let on { variables["restore_host"] = .string(on) }
        return try command.load(try SitePlaybook("restore-redis", context: context).path, variables: variables)
    }

    private var step: String {
        let host = on ?? "the site's first primary"
        if promote { return "what was restored becomes the data of Redis on \(host); its present data is put aside" }
        if discard { return "what was restored on \(host) is dropped" }
        return "\(from ?? "") is restored into a scratch server on \(host), beside the running one"
    }

    private var arguments: [String] {
        if let from { return ["--from", from] }
        return [status ? "--status" : discard ? "--discard" : "--promote"] + (peersAreDown ? ["--peers-are-down"] : [])
    }
}
