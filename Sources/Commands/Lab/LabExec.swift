package import ArgumentParser
import Lab

/// `lab exec`: a program inside a host as root, whatever state its sshd is in.
package struct LabExec: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Runs a command inside a host as root, without its sshd.")

    @OptionGroup package var lab: LabOptions

    @Argument(help: "The host.")
    package var host: String

    @Argument(parsing: .postTerminator, help: "The command, after '--'; a shell when there is none.")
    package var words: [String] = []

    package init() {}

    package func run() async throws {
        throw try lab.site.entry(to: host, words.isEmpty ? ["bash", "-l"] : words).replaceThisProcess()
    }
}
