package import ArgumentParser
import YAML

/// `inventory show HOST`: what one host's variables are, and where each comes from.
package struct InventoryShow: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows a host's variables as they are merged, with secrets masked.",
        discussion: "Values are shown as they are written: templates in them are not rendered.")

    @OptionGroup package var inventory: InventoryOption

    @Option(name: .long, help: "text or json.")
    package var output = OutputFormat.text

    @Option(
        name: .customLong("playbook-dir"),
        help: "A playbook's directory, whose group_vars and host_vars count too.")
    package var playbookDirectory: String?

    @Argument(help: "The host's name.")
    package var host: String

    package init() {}

    package func run() async throws {
        let inventory = try inventory.load(playbookDirectory: playbookDirectory)
        let sheet = try HostSheet(inventory: inventory, host: host)
        switch output {
        case .text: print(sheet.text)
        case .json: print(sheet.value.json(pretty: true))
        }
    }
}
