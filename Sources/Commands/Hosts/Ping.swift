import ArgumentParser
import OrderedCollections
import YAML

/// `intchainctl ping [PATTERN]`: logs in, becomes root if asked, and says how long that took.
struct Ping: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Log in to hosts and say how long it took.")

    @Argument(help: "The hosts: names, groups, patterns.")
    var pattern = "all"

    @OptionGroup var inventory: InventoryOption
    @OptionGroup var connection: ConnectionFlags
    @OptionGroup var flags: PlaybookFlags
    @OptionGroup var output: OutputFlags

    func run() async throws {
        let play: Value = ["name": "ping", "hosts": .string(pattern), "tasks": [["name": "answer", "ping": [:]]]]
        var context = Context.live()
        context.files = AdHocFiles(playbook: Value.list([play]).json(), under: context.files)
        var shown = output
        shown.verbose = max(1, output.verbose)
        let runner = PlaybookCommand(
            context: context, inventory: inventory, connection: connection, playbookFlags: flags, output: shown)
        try ExitStatus(of: try await runner.run(try runner.load(AdHocFiles.path))).throwUnlessDone()
    }
}
