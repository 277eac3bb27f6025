import ArgumentParser
import Diagnostics
import OrderedCollections
import Playbooks

/// `intchainctl validate [PLAYBOOK…]`: every mistake of the project, found without contacting anybody.
struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find every mistake in playbooks, inventory and templates without contacting a host.",
        discussion: """
            Without arguments, all of playbooks/ (and the playbooks beside it) with the inventory of -i, or else with \
            each of inventories/.
            """)

    @Argument(help: "The playbooks; without any, all of the project.", completion: .file(extensions: ["yml", "yaml"]))
    var playbooks: [String] = []

    @OptionGroup var inventory: InventoryOption
    @OptionGroup var connection: ConnectionFlags
    @OptionGroup var variables: PlaybookFlags

    @Option(help: "text, json (one document) or sarif (SARIF 2.1.0, for annotations in code reviews).")
    var output: Findings.Format = .text

    func run() async throws {
        let context = Context.live()
        let project = ProjectPlaybooks(context.environment["INTCHAIN_PROJECT"] ?? ".", files: context.files)
        let playbooks = playbooks.isEmpty ? project.playbooks : playbooks
        guard !playbooks.isEmpty else {
            throw CommandFailure(
                "there is no playbook in playbooks/",
                hint: "run this in the project's folder, or name the folder in INTCHAIN_PROJECT", status: .usage)
        }
        var options = RunOptions()
        try variables.apply(to: &options)
        let inventories = try sites(of: project)
        let check = ProjectCheck(
            registry: context.registry, files: context.files, inventories: inventories,
            given: Set(options.extraVars.keys))
        let findings = Findings(
            problems: check.problems(of: playbooks), playbooks: playbooks, inventories: inventories.flatMap(\.self))
        findings.show(as: output, on: context.console)
        if !findings.problems.isEmpty { try ExitStatus.badInput.throwUnlessDone() }
    }

    /// The inventory that is asked for, or each of the project's.
    private func sites(of project: ProjectPlaybooks) throws -> [[String]] {
        guard inventory.isGiven() else {
            let own = project.inventories
            if !own.isEmpty { return own.map { [$0] } }
            return [try inventory.paths()]
        }
        return [try inventory.paths()]
    }
}
