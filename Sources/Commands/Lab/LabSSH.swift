package import ArgumentParser
import Lab

/// `lab ssh`: the system's ssh with the lab's key and its pinned host keys.
package struct LabSSH: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "ssh", abstract: "Opens a session on a host, or runs a command there, as 'ops'.")

    @OptionGroup package var lab: LabOptions

    @Argument(help: "The host.")
    package var host: String

    @Argument(parsing: .postTerminator, help: "A command, after '--'.")
    package var words: [String] = []

    package init() {}

    package func run() async throws {
        throw try lab.site.session(to: host, words).replaceThisProcess()
    }
}
