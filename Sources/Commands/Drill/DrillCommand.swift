import ArgumentParser
import Databases
import Fleet
import OrderedCollections
import Playbooks
import YAML

/// `intchainctl drill NAME`: plays a disaster on a lab, runs the plan for it, and tells how that went.
struct DrillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drill",
        abstract: "Play a disaster on a lab, run the plan for it, and report: detected, restored, lost.",
        discussion: """
            kill-primary, freeze-primary, cut-network: the primary database server is dead, hangs, or is gone. \
            lose-app: an app server is gone. fill-disk: no room for backups. corrupt-backup: a bit of the newest one flips.

            Only on a lab (-i lab:NAME) that is provisioned and deployed to. What an operator would type is shown and \
            done; clients write all the while. Afterwards the lab is as before.
            """)

    @Argument(help: "The disaster: \(Drill.Name.allCases.map(\.rawValue).joined(separator: ", ")).")
    var name: Drill.Name

    @OptionGroup var flags: RunFlags

    func run() async throws {
        let context = Context.live()
        let names = flags.inventory.names()
        guard !names.isEmpty, names.allSatisfy({ $0 == "lab" || $0.hasPrefix("lab:") }) else {
            throw CommandFailure(
                "a drill breaks things: it is played on a lab only, and this is none: \(names.joined(separator: ", "))",
                hint: "boot one with: sudo intchainctl lab up; then -i lab", status: .usage)
        }
        let runner = PlaybookCommand(context: context, flags: flags)
        let loaded = try runner.load(try SitePlaybook("db-status", context: context).path)
        let host = try await target(loaded, context)
        let own = OwnCommand(inventory: names.flatMap { ["-i", $0] }, console: context.console)
        let play = DrillPlay(
            name: name.rawValue, drill: Drill(name, host: host), host: host, own: own, stop: context.stop,
            writer: DrillWriter(address: try address(loaded, context), http: context.http))
        let report = try await play.report()
        if flags.output.output == .text {
            for line in report.lines { context.console.print(line) }
        } else {
            context.console.print(report.value.json(pretty: flags.output.output == .json))
        }
        try (report.isGood ? ExitStatus.done : .hostFailed).throwUnlessDone()
    }

    /// The primary and the replica of the moment; of the app servers the last.
    private func target(_ loaded: PlaybookCommand.Loaded, _ context: Context) async throws -> String {
        let topology = try await MySQLSurvey(context: context, flags: flags).topology()
        guard let primary = topology.primary, topology.alarms.isEmpty else {
            let alarm = topology.alarms.first.map { ": \($0)" } ?? ""
            throw CommandFailure("the databases are not well before the drill\(alarm)", hint: "intchainctl db status")
        }
        switch Drill(name, host: "").target {
        case .primary: return primary.name
        case .replica:
            guard let replica = topology.replicas(of: primary).first else {
                throw CommandFailure("there is no replica")
            }
            return replica.name
        case .app:
            guard let host = try loaded.inventory.hosts(matching: "app").last else {
                throw CommandFailure("there is no app server")
            }
            return host
        }
    }

    private func address(_ loaded: PlaybookCommand.Loaded, _ context: Context) throws -> String {
        let site = context.site(loaded.inventory, options: loaded.options, observer: SilentView())
        guard let host = try loaded.inventory.hosts(matching: "nginx").first,
            let address = try site.variable("ansible_host", of: host)?.string
        else { throw CommandFailure("there is no Nginx to write through") }
        return address
    }
}
