import ArgumentParser
import Playbooks
import YAML

/// `intchainctl backup list`: the sets and streams that the hosts have, by `playbooks/backup-list.yml`.
struct BackupList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the backups on the hosts: age, size, whether they were verified.")

    @OptionGroup var flags: RunFlags

    func run() async throws {
        let context = Context.live()
        let runner = PlaybookCommand(context: context, flags: flags)
        let loaded = try runner.load(try SitePlaybook("backup-list", context: context).path)
        let (collector, failures) = (ResultCollector(key: "stdout_lines"), FailureCollector())
        let site = context.site(
            loaded.inventory, options: loaded.options, observer: PairedView(first: collector, second: failures))
        let recap = try await PlaybookRun(loaded.playbook, on: site).execute()
        let status = ExitStatus(of: recap)
        show(BackupListing(collector.rows(of: recap)), isWhole: status == .done, on: context.console)
        for host in recap.hosts { if let reason = host.unreachable { context.console.say(reason) } }
        failures.tell(on: context.console)
        try status.throwUnlessDone()
    }

    /// - Parameter isWhole: every host was asked and answered.
    private func show(_ listing: BackupListing, isWhole: Bool, on console: Console) {
        for row in listing.unread { console.say(row) }
        guard flags.output.output == .text else {
            return console.print(listing.value.json(pretty: flags.output.output == .json))
        }
        let style = Style(isColoured: console.colours)
        for line in listing.setTable.lines(style: style) { console.print(line) }
        if listing.sets.isEmpty, listing.unread.isEmpty, isWhole {
            console.say("no backup yet: intchainctl backup create writes the first")
        }
        guard !listing.streams.isEmpty else { return }
        console.print("")
        for line in listing.streamTable.lines(style: style) { console.print(line) }
    }
}
