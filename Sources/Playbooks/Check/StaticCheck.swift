package import Diagnostics
package import Fleet
import Jinja
import Modules
import OrderedCollections
import YAML

/// Checks a playbook against the inventory, the modules and the templates, before any host is contacted: mistakes of
/// form and of meaning together.
package struct StaticCheck {
    private let reading: PlaybookReading
    private let inventory: InventoryReading?
    private let given: Set<String>
    private let files: any ProjectFiles
    private let templating: Templating
    private let log = ProblemLog()
    private let readNames = ReadNames()

    private var playbook: Playbook { reading.playbook }
    /// Where the inventory is not known whole, nothing that hangs on it is judged.
    private var knownInventory: Inventory? { inventory.flatMap { $0.isWhole ? $0.inventory : nil } }
    private var isOpen: Bool { reading.hasGaps || knownInventory == nil || log.hasGaps }

    /// - Parameters:
    ///   - inventory: nil when there is none: then hosts and variables are not judged.
    ///   - given: names of variables that the run itself brings: extra variables, those of a command.
    ///   - templating: shared between checks of one project, so that every text is parsed once.
    package init(
        _ reading: PlaybookReading, inventory: InventoryReading?, given: Set<String> = [],
        files: any ProjectFiles = LocalProjectFiles(), templating: Templating? = nil
    ) {
        self.reading = reading
        self.inventory = inventory
        self.given = given
        self.files = files
        self.templating = templating ?? Templating(files: files)
    }

    /// Every mistake found, in the order of their places, each with its line.
    package func problems() -> [Problem] {
        for problem in reading.problems + (inventory?.problems ?? []) { log.add(problem) }
        var secrets = ClearTextCheck(inventory?.inventory)
        let hostVariables = HostVariables(knownInventory)
        for variables in inventory?.inventory.definitions ?? [] { syntax(variables) }
        let reach = ReachCheck(given: given, log: log)
        var learned = LearnedNames()
        for play in playbook.plays {
            learned.add(play) { task, file in
                let variables = included(file, by: task, in: play)
                reach.refuse(variables ?? [:])
                return variables
            }
        }
        var connections = inventory?.inventory.definitions ?? []
        let varsFiles = VarsFiles(files: files, log: log)
        for play in playbook.plays {
            let brought = varsFiles.variables(of: play)
            let named = namedHosts(of: play)
            secrets.add(play, files: files)
            for variables in brought { secrets.add(variables) }
            check(play, named, hostVariables, brought, learned: learned)
            let reached = OrderedSet(named + play.delegates)
            reach.check(play, brought, on: hostVariables.named(Array(reached)))
            connections += [play.vars] + play.roles.flatMap { [$0.defaults, $0.vars] } + brought
            let tasks = play.sections.flatMap(\.allTasks) + play.handlers
            connections += tasks.map(\.keywords.allVars)
            for task in tasks { reach.check(task) }
        }
        let connection = ConnectionCheck(readNames: readNames, log: log)
        for variables in connections { connection.check(variables) }
        for problem in secrets.problems { log.add(problem) }
        return secrets.masked(ShownLines(files: files).show(log.found))
    }

    private func check(
        _ play: Play, _ named: [String], _ known: HostVariables, _ brought: [RawVariables], learned: LearnedNames
    ) {
        // A play for none of these hosts may read what any of them has.
        let hosts = known.of(named.isEmpty ? knownInventory.map { Array($0.hosts.keys) } ?? [] : named)
        let others = learned.names.union(given).union(brought.flatMap(\.keys))
        let names = KnownNames(
            play: play, hostVariables: hosts, others: others, isOpen: isOpen || learned.isOpen)
        let texts = TextCheck(
            names: names, members: MemberCheck(knownInventory, facts: learned.facts),
            definitions: Definitions(play, hostVariables: hosts + brought, others: learned.names.union(given)),
            templating: templating, files: files,
            madeFiles: MadeFiles(playbook: playbook, inventory: knownInventory), readNames: readNames, log: log
        ).looking(in: [play.directory])
        if let node = play.serialTemplate { texts.text(node, own: []) }
        for variables in [play.vars] + play.roles.flatMap({ [$0.defaults, $0.vars] }) + brought {
            syntax(variables)
        }
        let tasks = TaskCheck(
            play: play, inventory: knownInventory, texts: texts, files: files,
            certain: knownInventory != nil && named.isEmpty ? nil : CertainTasks(play), isOpen: reading.hasGaps,
            log: log)
        let all = play.sections.flatMap(\.allTasks) + play.handlers
        for task in all { tasks.check(task) }
        guard !learned.isOpen else { return }
        InventoryChoiceCheck(play: play, hosts: hosts, above: others, log: log).check(all)
    }

    /// What a file that `include_vars` names defines; nil when there is none, which is told.
    private func included(_ file: String, by task: PlaybookTask, in play: Play) -> RawVariables? {
        let lookup = FileLookup(files: files, role: task.roleDirectory, playbook: play.directory)
        let found = log.collecting(.missingFile) { try lookup.find(file, in: "vars", at: task.modulePlace) }
        guard let found, let bytes = files.read(found) else { return nil }
        let parsed = ParsedText(bytes, file: found)
        parsed.problems.forEach(log.add)
        let variables = parsed.root.map { RawVariables(variablesOf: $0, log: log) } ?? [:]
        syntax(variables)
        return variables
    }

    /// Variables may hold templates: each must parse, used or not.
    private func syntax(_ variables: RawVariables) {
        let check = SyntaxCheck(templating: templating, readNames: readNames, log: log)
        for node in variables.values { check.check(node) }
    }

    private func namedHosts(of play: Play) -> [String] {
        guard let inventory = knownInventory else { return [] }
        return log.collecting(.unknownHost) {
            try inventory.hosts(matching: play.hostPatterns, at: play.hostsPlace)
        } ?? []
    }
}

/// The inventory's variables of hosts; hosts that have the same ones share them.
private final class HostVariables {
    private let inventory: Inventory?
    private var known: [String: RawVariables] = [:]

    init(_ inventory: Inventory?) { self.inventory = inventory }

    func of(_ hosts: [String]) -> [RawVariables] { named(hosts).map(\.variables) }

    func named(_ hosts: [String]) -> [(name: String, variables: RawVariables)] {
        guard let inventory else { return [] }
        return hosts.filter { inventory.hosts[$0] != nil }.map { host in
            if let variables = known[host] { return (host, variables) }
            let variables = inventory.variables(of: host)
            known[host] = variables
            return (host, variables)
        }
    }
}
