package import ArgumentParser

/// `inventory`: the servers as the tool sees them.
package struct InventoryCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "inventory",
        abstract: "Shows the hosts, groups and variables of an inventory; contacts no host.",
        subcommands: [InventoryList.self, InventoryGraph.self, InventoryShow.self])

    package init() {}
}
