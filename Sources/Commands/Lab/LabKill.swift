package import ArgumentParser
import Lab

/// `lab kill`.
package struct LabKill: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "kill", abstract: "Cuts a host's power: all its processes die at once, its disk stays.")

    @OptionGroup package var lab: LabOptions

    @Argument(help: "The host.")
    package var host: String

    package init() {}

    package func run() async throws {
        try await lab.site.kill(host)
    }
}
