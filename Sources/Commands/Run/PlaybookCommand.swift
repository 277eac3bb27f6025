import Diagnostics
import Fleet
import Modules
import OrderedCollections
import Playbooks
import YAML

/// What every command that runs a playbook does: load and check everything, run it, show it, choose the exit code.
struct PlaybookCommand {
    var context: Context
    var flags: RunFlags
    var check = false
    var diff = false
    /// A host that takes another's place in the inventory.
    var standIn: StandIn?
    /// What the tasks printed is the result; then the counts are talk.
    var countsAreTalk = false
    /// What the command adds to the counts, for programs.
    var addition: @Sendable () -> ValueMap = { [:] }

    /// The playbook loaded and checked against the inventory: nothing was contacted.
    struct Loaded {
        var playbook: Playbook
        var inventory: Inventory
        var options: RunOptions
    }

    /// - Parameter variables: what the command itself gives the playbook.
    /// - Throws: `Problem`, `Problems`, `CommandFailure`.
    func load(_ path: String, variables: [String: Value] = [:]) throws -> Loaded {
        var options = RunOptions()
        try flags.connection.apply(to: &options, environment: context.environment)
        try flags.playbook.apply(to: &options)
        options.inventoryNames = flags.inventory.names()
        for (name, value) in variables { options.extraVars[name] = Node(value: value, at: "the command line") }
        options.check = check
        options.diff = diff
        options.verbosity = flags.output.verbose
        let reading = PlaybookLoader(registry: context.registry, files: context.files).read(path)
        let inventory = flags.inventory.read(
            playbookDirectory: reading.playbook.directory, standIn: standIn)
        let given = Set(options.extraVars.keys).union(variables.keys)
        let problems = StaticCheck(reading, inventory: inventory, given: given, files: context.files).problems()
        guard problems.isEmpty else { throw Problems(problems.map(AdHocFiles.withoutPlace)) }
        return Loaded(playbook: reading.playbook, inventory: inventory.inventory, options: options)
    }

    /// Runs it under the site's lock, unless it only checks.
    /// - Parameter command: what is being done, for those who find the site locked; no options, which may hold secrets.
    /// - Throws: `CommandFailure` when another run has the lock.
    func run(
        _ loaded: Loaded, as command: String, _ flags: LockFlags, also observer: any RunObserver = SilentView()
    ) async throws -> Recap {
        let identity = RunIdentity(command, environment: context.environment)
        return try await run(loaded, of: identity, flags, also: observer)
    }

    /// The same for a run that has an identity already.
    func run(
        _ loaded: Loaded, of identity: RunIdentity, _ flags: LockFlags, also observer: any RunObserver = SilentView()
    ) async throws -> Recap {
        guard !check else { return try await run(loaded, also: observer) }
        let console = context.console
        let lock = SiteLock(identity.lockRecord(), terms: flags.terms, stop: context.stop) { console.say($0) }
        let recap = try await run(loaded, under: lock, also: observer)
        if let refusal = lock.refusal { throw CommandFailure("\(refusal)", status: .lockHeld) }
        return recap
    }

    /// Runs it and shows what happens.
    /// - Returns: the counts.
    func run(
        _ loaded: Loaded, under lock: SiteLock? = nil, journal: (any StepJournal)? = nil,
        also observer: any RunObserver = SilentView()
    ) async throws -> Recap {
        let show = RunShow(
            console: context.console, format: flags.output.output, verbosity: flags.output.verbose, diff: diff,
            hosts: Array(loaded.inventory.hosts.keys))
        let clock = ContinuousClock()
        let start = clock.now
        let site = context.site(
            loaded.inventory, options: loaded.options, observer: PairedView(first: show.view, second: observer),
            lock: lock, journal: journal)
        let recap = try await PlaybookRun(loaded.playbook, on: site).execute()
        await show.finish(
            recap, took: clock.now - start, check: check, isRefused: lock?.refusal != nil,
            isResumable: journal != nil, countsAreTalk: countsAreTalk, addition: addition())
        return recap
    }
}

/// The view of a run, chosen by the flags and by what standard error is.
struct RunShow {
    let view: any RunObserver
    private let console: Console
    private let format: OutputFlags.Format
    private let style: Style

    init(console: Console, format: OutputFlags.Format, verbosity: Int, diff: Bool, hosts: [String]) {
        self.console = console
        self.format = format
        style = Style(isColoured: console.colours)
        let lines = RunLines(
            style: style, verbosity: verbosity, showsDiffs: diff, namesEveryLine: !console.errorIsTerminal)
        let width = hosts.map(\.count).max() ?? 8
        view =
            switch format {
            case .jsonl: JSONLinesView(console: console)
            case .text where console.errorIsTerminal:
                LiveView(console: console, lines: lines, hostWidth: width)
            case .json: DocumentView()
            case .text: PlainView(console: console, lines: lines, hostWidth: width)
            }
    }

    /// Leaves the terminal clean.
    func end() async {
        if let live = view as? LiveView { await live.finish() }
    }

    /// - Parameter isRefused: another run had the site's lock, which is said elsewhere.
    /// - Parameter isResumable: what an interrupted run has left is for `resume` or `abort`: the same command again may
    ///   do something else, as a rollback goes back once more.
    /// - Parameter addition: keys of their own in the document, or the last line, for programs.
    func finish(
        _ recap: Recap, took: Duration, check: Bool, isRefused: Bool = false, isResumable: Bool = false,
        countsAreTalk: Bool = false, addition: ValueMap = [:]
    ) async {
        await end()
        switch format {
        case .json:
            guard case .map(var document) = (view as? DocumentView)?.value(with: recap, check: check) ?? recap.value
            else { return }
            document.merge(addition) { mine, _ in mine }
            console.print(Value.map(document).json(pretty: true))
        case .jsonl:
            guard case .map(var record) = recap.value else { return }
            record["event"] = "recap"
            record.merge(addition) { mine, _ in mine }
            console.print(Value.map(record).json())
        case .text:
            console.say("")
            for line in recap.lines(style: style, check: check) {
                if countsAreTalk { console.say(line) } else { console.print(line) }
            }
            console.say("")
            if isRefused { return }
            let sentence = sentence(recap, check: check, isResumable: isResumable)
            console.say(sentence + style("  \(took.forPeople)", .grey))
        }
    }

    private func hosts(_ count: Int) -> String { count == 1 ? "1 host" : "\(count) hosts" }

    private func sentence(_ recap: Recap, check: Bool, isResumable: Bool) -> String {
        if Task.isCancelled {
            return style(isResumable ? "interrupted" : "interrupted: run it again to do the rest", .red)
        }
        let unreachable = recap.hosts.count { $0.unreachable != nil }
        let failed = recap.hosts.count { $0.failed > 0 }
        if failed > 0 || unreachable > 0 {
            var parts: [String] = []
            if failed > 0 { parts.append("failed on \(failed) of \(recap.hosts.count) hosts") }
            if unreachable > 0 { parts.append("\(unreachable) unreachable") }
            return style(parts.joined(separator: ", "), .red)
        }
        if recap.changed == 0 { return style("nothing to change on \(hosts(recap.hosts.count))", .green) }
        let verb = check ? "would change" : "changed"
        return style("\(recap.changed) \(verb) on \(hosts(recap.hosts.count { $0.changed > 0 }))", .yellow)
    }
}
