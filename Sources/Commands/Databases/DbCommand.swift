import ArgumentParser

/// `intchainctl db`: the database servers.
struct DbCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "See who is primary of the database servers, and how the others follow.",
        subcommands: [DbStatus.self, DbRejoin.self], defaultSubcommand: DbStatus.self)
}
