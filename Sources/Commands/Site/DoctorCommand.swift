import ArgumentParser
import Fleet
import OrderedCollections
import Playbooks
import YAML

/// `intchainctl doctor [TARGET]`: looks for what is wrong, from symptom to cause, by `playbooks/doctor.yml`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look for what is wrong, with the evidence and the command that mends it.",
        discussion: """
            Changes nothing, and connects only to the hosts that are asked something. Exits with 2 when it found \
            something bad, and with 4 when nothing was bad but a host could not be reached.
            """)

    /// What can be looked at across hosts.
    private static let areas = ["service", "db", "redis", "nginx"]

    @Argument(help: "service, db, redis, nginx, or a host; without it, everything.")
    var target: String?

    @OptionGroup var flags: RunFlags

    func run() async throws {
        let context = Context.live()
        let runner = PlaybookCommand(context: context, flags: flags)
        let loaded = try runner.load(try SitePlaybook("doctor", context: context).path, variables: variables)
        if let target, !Self.areas.contains(target) { try check(target, hosts: Array(loaded.inventory.hosts.keys)) }
        let (collector, failures) = (ResultCollector(key: "stdout_lines"), FailureCollector())
        let site = context.site(
            loaded.inventory, options: loaded.options, observer: PairedView(first: collector, second: failures))
        let recap = try await PlaybookRun(loaded.playbook, on: site).execute()
        let diagnosis = Diagnosis(collector.rows, recap: recap)
        show(diagnosis, on: context.console)
        failures.tell(on: context.console)
        try ExitStatus(of: recap, diagnosis).throwUnlessDone()
    }

    private var variables: [String: Value] {
        guard let target else { return [:] }
        guard Self.areas.contains(target) else { return ["doctor_host": .string(target)] }
        return ["doctor_areas": [.string(target)]]
    }

    private func check(_ name: String, hosts: [String]) throws {
        guard !hosts.contains(name) else { return }
        let known = Self.areas + hosts
        throw CommandFailure(
            "there is nothing named '\(name)' to look at",
            hint: "write one of \(known.joined(separator: ", "))", status: .usage)
    }

    private func show(_ diagnosis: Diagnosis, on console: Console) {
        guard flags.output.output == .text else {
            return console.print(diagnosis.value.json(pretty: flags.output.output == .json))
        }
        let style = Style(isColoured: console.colours)
        for line in diagnosis.lines(style: style, verbose: flags.output.verbose > 0) { console.print(line) }
        console.say(diagnosis.summary(style: style))
    }
}
