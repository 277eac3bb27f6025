public import ArgumentParser

/// The root command: every verb of the tool hangs below it.
public struct Intchainctl: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "intchainctl",
        abstract: "Provisions, deploys, checks, backs up and repairs a site of servers over SSH.",
        version: "0.1.0",
        subcommands: [LabCommand.self, InventoryCommand.self]
    )

    public init() {}
}
