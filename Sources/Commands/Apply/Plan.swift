import Playbooks
import ArgumentParser

/// `intchainctl plan PLAYBOOK`: what `apply` would change, with differences; nothing is changed.
struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a playbook would change, with differences; change nothing.")

    @Argument(help: "The playbook.", completion: .file(extensions: ["yml", "yaml"]))
    var playbook: String

    @OptionGroup var flags: RunFlags

    @Flag(name: .customLong("exit-code"), help: "Exit with 3 when there is something to change.")
    var exitCode = false

    func run() async throws {
        let command = PlaybookCommand(context: .live(), flags: flags, check: true, diff: true)
        let recap = try await command.run(try command.load(playbook))
        try ExitStatus(of: recap).throwUnlessDone()
        if exitCode, recap.changed > 0 { try ExitStatus.changesFound.throwUnlessDone() }
    }
}
