package import ArgumentParser
import Lab

/// `lab down`: stops the lab and removes it from the machine's network.
package struct LabDown: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "down", abstract: "Stops all hosts; their disks stay, unless purged.")

    @OptionGroup package var lab: LabOptions

    @Flag(name: .long, help: "Also remove the hosts' disks, the keys and the passwords.")
    package var purge = false

    package init() {}

    package func run() async throws {
        let existed = try await lab.site.down(purge: purge)
        print(existed ? "lab '\(lab.name)' is down" : "there is no lab '\(lab.name)'")
    }
}
