import ArgumentParser
import OrderedCollections
import Playbooks
import Rollouts
import YAML

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `intchainctl history [RUN]`: who rolled out what, when, how long it took and how it ended.
struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the site's rollouts, the newest first; or the steps of one.")

    @Argument(help: "A run's id: its steps are listed.")
    var run: String?

    @OptionGroup var flags: RunFlags

    @Option(name: [.customShort("n"), .long], help: "How many runs.")
    var count = 20

    func run() async throws {
        let context = Context.live()
        let desk = try RunDesk(context, flags)
        if let run {
            let record = await desk.record(run)
            await desk.close()
            guard let record else { throw CommandFailure("there is no run '\(run)'", hint: "list them with 'history'") }
            return show(steps: record, on: context.console)
        }
        let findings = await desk.look()
        await desk.close()
        for host in findings.silent { context.console.say("\(host): did not answer; its journal is not in the list") }
        show(findings, on: context.console)
    }

    private func show(_ findings: RunDesk.Findings, on console: Console) {
        let runs = Array(findings.runs.prefix(count))
        guard flags.output.output == .text else {
            let rows = runs.map { $0.value(outcome: findings.outcome(of: $0)) }
            return console.print(Value.list(rows).json(pretty: flags.output.output == .json))
        }
        guard !runs.isEmpty else { return console.say("no rollout yet") }
        var table = Table(["run", "when", "took", "who", "what", "release", "outcome"])
        for run in runs {
            table.add([
                run.id, RunRecord.text(ofTime: run.start), run.took?.forPeople ?? "-", "\(run.holder)@\(run.machine)",
                run.command, run.release ?? "-", findings.outcome(of: run),
            ])
        }
        for line in table.lines(style: Style(isColoured: console.colours)) { console.print(line) }
    }

    private func show(steps run: RunRecord, on console: Console) {
        guard flags.output.output == .text else {
            return console.print(
                run.value(outcome: run.outcome ?? "unfinished", steps: true).json(pretty: flags.output.output == .json))
        }
        console.print(
            "\(run.command), by \(run.holder) on \(run.machine), \(RunRecord.text(ofTime: run.start)): \(run.outcome ?? "unfinished")"
        )
        if let message = run.message { console.print(message) }
        var table = Table(["host", "step", "state"])
        for step in run.steps {
            table.add([step.delegate.map { "\(step.host) → \($0)" } ?? step.host, step.task, step.state.rawValue])
        }
        for line in table.lines(style: Style(isColoured: console.colours)) { console.print(line) }
    }
}

extension RunDesk {
    /// For commands that only look: the variables are those of a playbook that every site has.
    init(_ context: Context, _ flags: RunFlags) throws {
        let command = PlaybookCommand(context: context, flags: flags)
        try self.init(command, try command.load(try SitePlaybook("health", context: context).path))
    }
}

extension RunRecord {
    var took: Duration? { end.map { .milliseconds($0 - start) } }

    static func text(ofTime milliseconds: Int) -> String {
        Date(timeIntervalSince1970: Double(milliseconds / 1000)).formatted(.iso8601.dateTimeSeparator(.space))
    }

    func value(outcome: String, steps withSteps: Bool = false) -> Value {
        var value: ValueMap = [
            "run": .string(id), "kind": .string(kind), "command": .string(command), "holder": .string(holder),
            "machine": .string(machine), "start": .string(Self.text(ofTime: start)),
            "seconds": took.map { .float($0.inSeconds) } ?? .null, "release": release.map { .string($0) } ?? .null,
            "outcome": .string(outcome), "message": message.map { .string($0) } ?? .null,
            "behind": .list(behind.map(Value.string)),
        ]
        if withSteps {
            value["steps"] = .list(
                steps.map { step in
                    [
                        "host": .string(step.host), "delegate": step.delegate.map { .string($0) } ?? .null,
                        "task": .string(step.task), "module": .string(step.module),
                        "state": .string(step.state.rawValue),
                    ]
                })
        }
        return .map(value)
    }
}
