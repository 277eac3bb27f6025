import ArgumentParser
import Playbooks

/// `intchainctl plan PLAYBOOK`: what `apply` would change, with differences; nothing is changed.
struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a playbook would change, with differences; change nothing.",
        discussion: "intchainctl plan playbooks/provision.yml --save site.plan\nintchainctl apply site.plan")

    @Argument(help: "The playbook.", completion: .file(extensions: ["yml", "yaml"]))
    var playbook: String

    @OptionGroup var flags: RunFlags

    @Option(help: "Keep the plan in this file, for 'apply FILE'.", completion: .file())
    var save: String?

    @Flag(name: .customLong("exit-code"), help: "Exit with 3 when there is something to change.")
    var exitCode = false

    func run() async throws { try await run(in: .live()) }

    func run(in context: Context) async throws {
        let made = try await PlanMaker(context: context, flags: flags).make(playbook)
        made.show(on: context.console, flags: flags.output)
        if let save { try keep(made, in: save, context) }
        try ExitStatus(of: made.plan.recap).throwUnlessDone()
        if exitCode, !made.plan.isEmpty { try ExitStatus.changesFound.throwUnlessDone() }
    }

    private func keep(_ made: PlanMaker.Made, in path: String, _ context: Context) throws {
        guard made.plan.isWhole else {
            return context.console.say("no plan is kept, since it lacks hosts; leave them out with --limit")
        }
        let origin = try PlanOrigin(playbook: playbook, flags: flags, environment: context.environment)
        let saved = SavedPlan(
            made.plan, of: made.loaded.playbook, project: made.sources, tool: Intchainctl.toolVersion,
            made: PlanFile.now, origin: origin.value)
        try PlanFile(path: path).write(saved.text)
        context.console.say("kept in \(path); make it so with: intchainctl apply \(path)")
    }
}
