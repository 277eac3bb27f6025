import ArgumentParser
import Playbooks

/// `intchainctl apply PLAYBOOK`: makes the hosts what the playbook says; `apply FILE`: what a saved plan says.
struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Make the hosts what a playbook says, or exactly what a saved plan says; a second run changes nothing.")

    @Argument(help: "The playbook, or a plan that 'plan --save' has kept.", completion: .file())
    var playbook: String

    @OptionGroup var flags: RunFlags

    @OptionGroup var lock: LockFlags

    @Flag(name: [.customShort("C"), .long], help: "Change nothing; tell what would change, as 'plan' does.")
    var check = false

    @Flag(name: [.customShort("D"), .long], help: "Show the differences of files.")
    var diff = false

    @OptionGroup var listings: ListingFlags

    func run() async throws { try await run(in: .live()) }

    func run(in context: Context) async throws {
        if let bytes = context.files.read(playbook), SavedPlan.isPlan(bytes) {
            return try await applyPlan(bytes, context)
        }
        let command = PlaybookCommand(context: context, flags: flags, check: check, diff: diff)
        if listings.isAsked {
            return try listings.show(try command.load(playbook), as: flags.output.output, on: context.console)
        }
        if check {
            let made = try await PlanMaker(context: context, flags: flags, showsDiffs: diff).make(playbook)
            made.show(on: context.console, flags: flags.output)
            return try ExitStatus(of: made.plan.recap).throwUnlessDone()
        }
        let recap = try await command.run(try command.load(playbook), as: "apply \(playbook)", lock)
        try ExitStatus(of: recap).throwUnlessDone()
    }

    private func applyPlan(_ bytes: [UInt8], _ context: Context) async throws {
        guard !check, !listings.isAsked else {
            throw CommandFailure(
                "\(playbook) is a plan, and says what it does by itself", hint: "leave the flag out", status: .usage)
        }
        try await PlanApply(context: context, flags: flags, file: playbook, bytes: bytes).run(diff: diff, lock)
    }
}
