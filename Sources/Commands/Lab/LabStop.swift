package import ArgumentParser
import Lab

/// `lab stop`.
package struct LabStop: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Stops a host in order.")

    @OptionGroup package var lab: LabOptions

    @Argument(help: "The host.")
    package var host: String

    package init() {}

    package func run() async throws {
        try await lab.site.stop(host)
    }
}
