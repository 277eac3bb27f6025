package import ArgumentParser
import Lab

/// `lab reboot`.
package struct LabReboot: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "reboot", abstract: "Restarts a host in order and waits until it can be logged in to again.")

    @OptionGroup package var lab: LabOptions

    @Argument(help: "The host.")
    package var host: String

    package init() {}

    package func run() async throws {
        try await lab.site.reboot(host)
    }
}
