import ArgumentParser

/// `intchainctl restore …`: MySQL, or Redis, as it was.
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Restore MySQL or Redis beside the running server; then look, and promote or discard it.",
        subcommands: [RestoreDatabase.self, RestoreRedis.self], defaultSubcommand: RestoreDatabase.self)
}
