import ArgumentParser
import BlockingIO
import Diagnostics
import Fleet
import Modules
import OrderedCollections
import Playbooks
import YAML

/// `intchainctl run PATTERN -m MODULE -a ARGS`, or `run PATTERN -- COMMAND`: one task on many hosts.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a command or a module on hosts.",
        discussion: "intchainctl run app -- uptime\nintchainctl run db -m service -a 'name=mysql state=started' -b")

    @Argument(help: "The hosts: names, groups, patterns.")
    var pattern: String

    @Option(name: [.customShort("m"), .customLong("module-name")], help: "The module.")
    var module = "command"

    @Option(name: [.customShort("a"), .customLong("args")], help: "The module's arguments.")
    var arguments: String?

    @OptionGroup var flags: RunFlags

    @Flag(name: [.customShort("C"), .long], help: "Change nothing; tell what would change.")
    var check = false

    @Flag(name: [.customShort("D"), .long], help: "Show the differences of files.")
    var diff = false

    @Argument(parsing: .postTerminator, help: "A command, after '--'.")
    var command: [String] = []

    func run() async throws {
        var context = Context.live()
        context.files = AdHocFiles(playbook: try playbook(), under: context.files)
        let runner = PlaybookCommand(
            context: context, flags: flags, check: check, diff: diff, countsAreTalk: true)
        let loaded = try runner.load(AdHocFiles.path)
        let output = CommandOutput(console: context.console, isSole: try hosts(loaded).count == 1)
        let isText = flags.output.output == .text
        let recap = try await runner.run(loaded, also: isText ? output : SilentView())
        try ExitStatus(of: recap).throwUnlessDone()
    }

    private func hosts(_ loaded: PlaybookCommand.Loaded) throws -> [String] {
        try PlaybookOutline(loaded.playbook, inventory: loaded.inventory, options: loaded.options).plays.flatMap(
            \.hosts)
    }

    /// The one-task playbook, as JSON, which is YAML.
    private func playbook() throws -> String {
        var task: ValueMap = ["name": .string("run on \(pattern)")]
        if command.isEmpty {
            guard let arguments else {
                if module != "command" {
                    task[.string(module)] = .map([:])
                    return document(task)
                }
                throw CommandFailure(
                    "there is nothing to run", hint: "write: intchainctl run \(pattern) -- COMMAND", status: .usage)
            }
            task[.string(module)] = .string(arguments)
        } else {
            task[.string(module)] = .map(["argv": .list(command.map(Value.string))])
        }
        return document(task)
    }

    private func document(_ task: ValueMap) -> String {
        let play: ValueMap = ["name": .string("run"), "hosts": .string(pattern), "tasks": .list([.map(task)])]
        return Value.list([.map(play)]).json()
    }
}

/// What commands printed, on standard output: as it is for one host, behind its host's name for several.
actor CommandOutput: RunObserver {
    private let console: Console
    private let isSole: Bool
    private let executor = BlockingExecutor(label: "output")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(console: Console, isSole: Bool) {
        self.console = console
        self.isSole = isSole
    }

    func observe(_ event: RunEvent) {
        guard case .taskFinished(let report) = event, !report.noLog else { return }
        if let text = shown("stdout", of: report) { console.print(text) }
        // That of a command that failed stands in the report of the failure.
        if report.status != .failed, let text = shown("stderr", of: report) { console.say(text) }
    }

    private func shown(_ name: String, of report: TaskReport) -> String? {
        guard let text = report.result[name]?.string, !text.isEmpty else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return isSole ? text : lines.map { "\(report.host)  \($0)" }.joined(separator: "\n")
    }
}

/// The project's files, and a playbook that stands in none: its mistakes have no place.
struct AdHocFiles: ProjectFiles {
    static let path = "command line"
    private let playbook: String
    private let place: String
    private let under: any ProjectFiles

    /// - Parameter place: where it would stand; what it refers to is looked for beside it.
    init(playbook: String, at place: String = AdHocFiles.path, under: any ProjectFiles) {
        self.playbook = playbook
        self.place = place
        self.under = under
    }

    func read(_ path: String) -> [UInt8]? { path == place ? Array(playbook.utf8) : under.read(path) }
    func list(_ directory: String) -> [String] { under.list(directory) }
    func exists(_ path: String) -> Bool { path == place || under.exists(path) }
    func resolved(_ path: String) -> String { under.resolved(path) }
    func mode(_ path: String) -> Int? { under.mode(path) }
    func owner(_ path: String) -> String? { under.owner(path) }

    /// Whether a place is in a playbook that was made from the command line.
    static func contain(_ place: Place) -> Bool { ProjectPath.name(of: place.file) == path }

    static func withoutPlace(_ problem: Problem) -> Problem {
        guard let place = problem.place, contain(place) else { return problem }
        return Problem(problem.message, hint: problem.hint, rule: problem.rule)
    }
}
