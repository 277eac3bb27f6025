package import ArgumentParser
import Lab

/// `lab start`.
package struct LabStart: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Boots a host that is down, on the disk it had.")

    @OptionGroup package var lab: LabOptions

    @Argument(help: "The host.")
    package var host: String

    package init() {}

    package func run() async throws {
        try await lab.site.start(host)
    }
}
