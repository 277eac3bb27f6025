import Fleet
import OrderedCollections
import Playbooks
import YAML

/// Runs a playbook in check mode and keeps what it would do.
struct PlanMaker {
    let context: Context
    let flags: RunFlags
    let showsDiffs: Bool

    /// A plan, and what it was made from.
    struct Made {
        var plan: ChangePlan
        var loaded: PlaybookCommand.Loaded
        var files: NotedFiles
        var playbook: String
        var showsDiffs: Bool
        var took: Duration

        var sources: ProjectSources {
            ProjectSources(files: files, inventory: loaded.inventory, extraVars: loaded.options.extraVars)
        }
    }

    init(context: Context, flags: RunFlags, showsDiffs: Bool = true) {
        self.context = context
        self.flags = flags
        self.showsDiffs = showsDiffs
    }

    /// - Parameter verify: called when everything is loaded and no host was contacted yet.
    /// - Throws: `Problem`, `Problems`, `CommandFailure`; what hosts have against it is in the plan.
    func make(_ playbook: String, verify: (Made) throws -> Void = { _ in }) async throws -> Made {
        var context = context
        let files = NotedFiles(context.files)
        context.files = files
        let loaded = try PlaybookCommand(context: context, flags: flags, check: true, diff: true).load(playbook)
        var made = Made(
            plan: ChangePlan(entries: [], recap: Recap(hosts: [])), loaded: loaded, files: files, playbook: playbook,
            showsDiffs: showsDiffs, took: .zero)
        try verify(made)
        let show = RunShow(
            console: context.console, format: flags.output.output, verbosity: flags.output.verbose, diff: false,
            hosts: Array(loaded.inventory.hosts.keys))
        let collector = PlanCollector()
        let isLive = flags.output.output == .text && context.console.errorIsTerminal
        let view: any RunObserver =
            flags.output.output == .jsonl ? show.view : PlanningView(shown: show.view, namesPlays: isLive)
        let clock = ContinuousClock()
        let start = clock.now
        let site = context.site(
            loaded.inventory, options: loaded.options, observer: PairedView(first: view, second: collector))
        let recap = try await PlaybookRun(loaded.playbook, on: site).execute()
        await show.end()
        guard !Task.isCancelled else {
            throw CommandFailure("interrupted: there is no plan, and nothing was changed", status: .interrupted)
        }
        made.plan = collector.plan(recap)
        made.took = clock.now - start
        return made
    }
}

extension PlanMaker.Made {
    /// Prints the plan in the form that was asked for.
    func show(on console: Console, flags: OutputFlags) {
        switch flags.output {
        case .json: console.print(PlanDocument(plan, playbook: playbook).value.json(pretty: true))
        case .jsonl:
            guard case .map(var record) = PlanDocument(plan, playbook: playbook).value else { return }
            record["event"] = "plan"
            console.print(Value.map(record).json())
        case .text:
            let style = Style(isColoured: console.colours && console.outputIsTerminal)
            let lines = PlanLines(style: style, showsDiffs: showsDiffs)
            for line in lines.lines(plan) { console.print(line) }
            for line in lines.table(plan) { console.print(line) }
            console.say("")
            console.say(lines.sentence(plan) + style("  \(took.forPeople)", .grey))
        }
    }
}

/// A run that is watched while a plan is made of it: what would be changed is shown at the end, all together.
struct PlanningView: RunObserver {
    let shown: any RunObserver
    /// The live view goes from play to play; without it the plan names them soon enough.
    let namesPlays: Bool

    init(shown: any RunObserver, namesPlays: Bool) {
        self.shown = shown
        self.namesPlays = namesPlays
    }

    func observe(_ event: RunEvent) async {
        if case .playStarted = event, !namesPlays { return }
        guard case .taskFinished(var report) = event, report.plan != nil || report.status == .failed else {
            return await shown.observe(event)
        }
        // It still counts as done in the live view, without a line of its own.
        report.status = .ok
        report.message = nil
        report.changes = []
        report.diffs = []
        await shown.observe(.taskFinished(report))
    }
}
