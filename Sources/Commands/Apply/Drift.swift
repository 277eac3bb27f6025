import ArgumentParser
import Fleet
import OrderedCollections
import Playbooks
import YAML

/// `intchainctl drift`: where hosts differ from their playbooks, and nothing else; nothing is changed.
struct Drift: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare the whole site with its playbooks and report only differences; exit with 3 if there are any."
    )

    @Argument(
        help: ArgumentHelp(
            "The playbooks.",
            discussion:
                "Without any: the project's playbooks/site.yml, or else playbooks/provision.yml, and the live release."),
        completion: .file(extensions: ["yml", "yaml"]))
    var playbooks: [String] = []

    @OptionGroup var flags: RunFlags

    func run() async throws { try await run(in: .live()) }

    func run(in context: Context) async throws {
        var reports: [DriftReport] = []
        for playbook in try paths(context) {
            let made = try await PlanMaker(context: context, flags: flags).make(playbook)
            reports.append(DriftReport(made.plan, playbook: playbook))
        }
        if playbooks.isEmpty, let release = try await liveRelease(context) { reports.append(release) }
        show(reports, on: context.console)
        try Self.status(reports).throwUnlessDone()
    }

    /// A host that can't be compared outweighs a difference: nobody knows what is there.
    static func status(_ reports: [DriftReport]) -> ExitStatus {
        let failing = reports.map { ExitStatus(of: $0.plan.recap) }
        if let failed = failing.first(where: { $0 == .hostFailed }) ?? failing.first(where: { $0 != .done }) {
            return failed
        }
        return reports.allSatisfy(\.plan.entries.isEmpty) ? .done : .changesFound
    }

    /// The live release beside its manifest, where the project deploys any.
    private func liveRelease(_ context: Context) async throws -> DriftReport? {
        guard let deploy = try? SitePlaybook("deploy", context: context) else { return nil }
        let directory = ProjectPath.directory(of: deploy.path)
        let app = try flags.inventory.load(playbookDirectory: directory).groups["app"]
        guard app != nil else { return nil }
        let path = ProjectPath.join(directory, AdHocFiles.path)
        let task: Value = [
            "name": "The live release", "become": true,
            "intchain.site.release": ["path": "{{ app_root }}", "state": "intact"],
        ]
        let play: Value = ["name": "Releases", "hosts": "app", "roles": ["site"], "tasks": [task]]
        var context = context
        context.files = AdHocFiles(playbook: Value.list([play]).json(), at: path, under: context.files)
        let made = try await PlanMaker(context: context, flags: flags).make(path)
        return DriftReport(made.plan, playbook: "the live release")
    }

    private func paths(_ context: Context) throws -> [String] {
        guard playbooks.isEmpty else { return playbooks }
        if let site = try? SitePlaybook("site", context: context) { return [site.path] }
        return [try SitePlaybook("provision", context: context).path]
    }

    private func show(_ reports: [DriftReport], on console: Console) {
        guard flags.output.output == .text else {
            let documents = reports.map { PlanDocument($0.plan, playbook: $0.playbook).value }
            guard flags.output.output == .jsonl else {
                return console.print(Value.list(documents).json(pretty: true))
            }
            // One event a line, as everywhere.
            for document in documents {
                var event: ValueMap = ["event": "drift"]
                if case .map(let fields) = document { event.merge(fields) { $1 } }
                console.print(Value.map(event).json())
            }
            return
        }
        let style = Style(isColoured: console.colours && console.outputIsTerminal)
        let lines = PlanLines(style: style, showsDiffs: true)
        for report in reports {
            for line in lines.lines(report.plan) { console.print(line) }
            for host in report.plan.recap.hosts { if let reason = host.unreachable { console.say(reason) } }
        }
        let differing = Set(reports.flatMap { $0.plan.entries.map(\.report.host) })
        let hosts = Set(reports.flatMap { $0.plan.recap.hosts.map(\.host) }).count
        console.say(
            differing.isEmpty
                ? style("no drift on \(hosts) host\(hosts == 1 ? "" : "s")", .green)
                : style(
                    "drift on \(differing.count) of \(hosts) hosts: \(differing.sorted().joined(separator: ", "))",
                    .yellow))
    }
}

/// Where hosts differ from one playbook: its plan without what is no difference.
struct DriftReport {
    var plan: ChangePlan
    var playbook: String

    init(_ plan: ChangePlan, playbook: String) {
        self.playbook = playbook
        self.plan = plan
        // A task that always acts says nothing about the host as it is; a handler only answers to a difference.
        // What can't be told for another reason than a difference is none either.
        self.plan.entries = plan.entries.filter { entry in
            let isOpen = entry.note.kind == .later && plan.count(.changes, on: entry.report.host) == 0
            return entry.note.kind != .acts && !entry.report.task.isHandler && !isOpen
        }
    }
}
