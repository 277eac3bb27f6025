import Diagnostics
import OrderedCollections
import Playbooks

/// `apply FILE`: makes exactly what a saved plan says, or nothing.
struct PlanApply {
    let context: Context
    let flags: RunFlags
    let file: String
    let saved: SavedPlan

    /// - Throws: `Problem` when the file is no plan that can be read.
    init(context: Context, flags: RunFlags, file: String, bytes: [UInt8]) throws {
        self.context = context
        self.flags = flags
        self.file = file
        saved = try SavedPlan(parsing: bytes, file: file)
    }

    func run(diff: Bool, _ lock: LockFlags) async throws {
        guard let origin = PlanOrigin(saved.origin) else {
            throw Problem("\(file) is damaged", hint: "make a new plan")
        }
        guard saved.tool == Intchainctl.toolVersion else {
            throw stale(["it was made by intchainctl \(saved.tool), and this is \(Intchainctl.toolVersion)"])
        }
        let flags = try origin.completed(flags)
        try refuse(saved.changedFiles(context.files))
        let now = try await PlanMaker(context: context, flags: flags).make(origin.playbook) { made in
            try refuse(saved.differences(from: made.sources))
            try checkHosts(made)
        }
        guard now.plan.isWhole else {
            now.show(on: context.console, flags: flags.output)
            context.console.say("nothing was changed")
            return try ExitStatus(of: now.plan.recap).throwUnlessDone()
        }
        let comparison = PlanComparison(saved, now: now.plan, hosts: Set(now.plan.recap.hosts.map(\.host)))
        try refuse(comparison.drifts)
        if comparison.made > 0 {
            context.console.say(
                "\(comparison.made) of the plan's changes \(comparison.made == 1 ? "is" : "are") made already")
        }
        var loaded = now.loaded
        loaded.options.check = false
        loaded.options.diff = diff
        loaded.options.permit = ChangePermit(saved)
        // The very files that were compared, whatever happens to them meanwhile.
        var context = context
        context.files = now.files
        let recap = try await PlaybookCommand(context: context, flags: flags, diff: diff)
            .run(loaded, as: "apply \(file)", lock)
        try ExitStatus(of: recap).throwUnlessDone()
    }

    /// - Throws: `CommandFailure` when `--limit` names a host that the plan is not for.
    private func checkHosts(_ made: PlanMaker.Made) throws {
        let outline = try PlaybookOutline(
            made.loaded.playbook, inventory: made.loaded.inventory, options: made.loaded.options)
        let others = Set(outline.plays.flatMap(\.hosts)).subtracting(saved.hosts)
        guard others.isEmpty else {
            throw CommandFailure(
                "\(file) has nothing for \(others.sorted().joined(separator: ", "))",
                hint: "it is for \(saved.hosts.joined(separator: ", "))", status: .usage)
        }
    }

    /// - Throws: `CommandFailure` unless everything that the plan was made from is as it was.
    private func refuse(_ differences: [String]) throws {
        if !differences.isEmpty { throw stale(differences) }
    }

    private func refuse(_ drifts: [PlanComparison.Drift]) throws {
        guard !drifts.isEmpty else { return }
        let lines = drifts.map { "  \($0.host): \($0.task): \($0.what)\n    at \($0.place)" }
        throw CommandFailure(
            "hosts are no longer as they were when \(file) was made, so nothing was changed:\n"
                + lines.joined(separator: "\n"),
            hint: "put it right, or make a new plan", status: .badInput)
    }

    private func stale(_ differences: [String]) -> CommandFailure {
        CommandFailure(
            "\(file) (made \(saved.made)) no longer fits, so nothing was changed:\n"
                + differences.map { "  \($0)" }.joined(separator: "\n"),
            hint: "make a new plan", status: .badInput)
    }
}
