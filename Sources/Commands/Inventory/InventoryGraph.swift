package import ArgumentParser
import YAML

/// `inventory graph`: the tree of groups.
package struct InventoryGraph: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "graph", abstract: "Draws the groups and their hosts as a tree.")

    @OptionGroup package var inventory: InventoryOption

    @Option(name: .long, help: "text or json.")
    package var output = OutputFormat.text

    @Argument(help: "The group at the root of the tree.")
    package var group = "all"

    package init() {}

    package func run() async throws {
        let tree = try GroupTree(inventory: try inventory.load(), root: group)
        switch output {
        case .text: print(tree.text)
        case .json: print(tree.value.json(pretty: true))
        }
    }
}
