import ArgumentParser

/// `intchainctl apply PLAYBOOK`: makes the hosts what the playbook says.
struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the hosts what a playbook says; a second run changes nothing.")

    @Argument(help: "The playbook.", completion: .file(extensions: ["yml", "yaml"]))
    var playbook: String

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    @Flag(name: [.customShort("C"), .long], help: "Change nothing; tell what would change.")
    var check = false

    @Flag(name: [.customShort("D"), .long], help: "Show the differences of files.")
    var diff = false

    @OptionGroup var listings: ListingFlags

    func run() async throws {
        let command = PlaybookCommand(context: .live(), flags: flags, check: check, diff: diff)
        let loaded = try command.load(playbook)
        if listings.isAsked { return try listings.show(loaded, on: command.context.console) }
        let recap = try await command.run(loaded, as: "apply \(playbook)", lock)
        try ExitStatus(of: recap).throwUnlessDone()
    }
}
