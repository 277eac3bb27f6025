import ArgumentParser
import Fleet
import Modules
import OrderedCollections
import Playbooks
import Rollouts
import YAML

/// `intchainctl releases [HOSTS]`: what is on the app servers: the live release, the one before, those kept.
struct Releases: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the releases on the app servers, the newest first.")

    @Argument(help: "The hosts: names, groups, patterns.")
    var pattern = "app"

    @OptionGroup var flags: RunFlags

    func run() async throws {
        var context = Context.live()
        let root = ProjectPath.directory(of: try SitePlaybook("deploy", context: context).path)
        let path = ProjectPath.join(root, AdHocFiles.path)
        context.files = AdHocFiles(playbook: playbook, at: path, under: context.files)
        let runner = PlaybookCommand(context: context, flags: flags)
        let loaded = try runner.load(path)
        let collector = ResultCollector(key: "releases")
        let site = context.site(loaded.inventory, options: loaded.options, observer: collector)
        let recap = try await PlaybookRun(loaded.playbook, on: site).execute()
        show(collector.rows(of: recap), on: context.console)
        for host in recap.hosts { if let reason = host.unreachable { context.console.say(reason) } }
        try ExitStatus(of: recap).throwUnlessDone()
    }

    private var playbook: String {
        let task: Value = [
            "name": "list", "become": true, "intchain.site.release": ["path": "{{ app_root }}", "state": "listed"],
        ]
        return Value.list([["name": "releases", "hosts": .string(pattern), "roles": ["site"], "tasks": [task]]]).json()
    }

    private func show(_ rows: [ResultCollector.Row], on console: Console) {
        guard flags.output.output == .text else {
            return console.print(Value.list(rows.map(\.value)).json(pretty: flags.output.output == .json))
        }
        var table = Table(["host", "release", "state", "staged", "live since"])
        for row in rows {
            table.add([
                row.host, row.value["id"]?.string ?? "?", row.value["mark"]?.string ?? "?",
                row.value["staged"]?.string ?? "-", row.value["live"]?.string ?? "-",
            ])
        }
        for line in table.lines(style: Style(isColoured: console.colours)) { console.print(line) }
        if rows.isEmpty { console.say("no release yet: intchainctl deploy DIR brings the first") }
    }
}
