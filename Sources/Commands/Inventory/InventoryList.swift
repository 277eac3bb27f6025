package import ArgumentParser
import YAML

/// `inventory list`: all hosts with their groups.
package struct InventoryList: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the hosts with their addresses and groups.")

    @OptionGroup package var inventory: InventoryOption

    @Option(name: .long, help: "text or json.")
    package var output = OutputFormat.text

    package init() {}

    package func run() async throws {
        let listing = InventoryListing(inventory: try inventory.load())
        switch output {
        case .text: print(listing.text)
        case .json: print(listing.value.json(pretty: true))
        }
    }
}
