import ArgumentParser
import OrderedCollections
import YAML

/// `intchainctl ping [PATTERN]`: logs in, becomes root if asked, and says how long that took.
struct Ping: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Log in to hosts and say how long it took.")

    @Argument(help: "The hosts: names, groups, patterns.")
    var pattern = "all"

    @OptionGroup var flags: RunFlags

    func run() async throws {
        let play: Value = ["name": "ping", "hosts": .string(pattern), "tasks": [["name": "answer", "ping": [:]]]]
        var context = Context.live()
        context.files = AdHocFiles(playbook: Value.list([play]).json(), under: context.files)
        var shown = flags
        shown.output.verbose = max(1, flags.output.verbose)
        let runner = PlaybookCommand(context: context, flags: shown)
        try ExitStatus(of: try await runner.run(try runner.load(AdHocFiles.path))).throwUnlessDone()
    }
}
