import ArgumentParser

/// `intchainctl failover`: another server takes the writes.
struct FailoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "failover", abstract: "Move the writes of the databases to another server.",
        subcommands: [FailoverDb.self, FailoverRedis.self])
}
