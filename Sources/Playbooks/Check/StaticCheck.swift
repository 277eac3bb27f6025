import OrderedCollections
package import Diagnostics
package import Fleet
import Jinja
import Modules
import YAML

/// Checks a loaded playbook against the inventory, the modules and the templates, before any host is contacted.
package struct StaticCheck {
    let playbook: Playbook
    let inventory: Inventory
    let extraVars: RawVariables
    let files: any ProjectFiles
    private let log = ProblemLog()

    package init(
        _ playbook: Playbook, inventory: Inventory, extraVars: RawVariables = [:],
        files: any ProjectFiles = LocalProjectFiles()
    ) {
        self.playbook = playbook
        self.inventory = inventory
        self.extraVars = extraVars
        self.files = files
    }

    /// Every mistake found, in the order of their places.
    package func problems() -> [Problem] {
        let templating = Templating(files: files)
        var learned = LearnedNames()
        for play in playbook.plays { learned.add(play) }
        for play in playbook.plays {
            let hosts = hosts(of: play)
            let varsFiles = VarsFileNames(files: files, directory: play.directory, log: log)
            let names = KnownNames(
                play: play, hosts: hosts, inventory: inventory, learned: learned, extraVars: extraVars,
                varsFiles: varsFiles.names(of: play.varsFiles))
            let checker = TaskCheck(
                play: play, names: names, inventory: inventory, templating: templating, files: files, log: log)
            checker.variables(play)
            for task in play.sections.flatMap(\.allTasks) + play.handlers { checker.check(task) }
        }
        return withLines(log.found)
    }

    /// - Throws: `Problems` when there are any.
    package func validate() throws {
        let found = problems()
        if !found.isEmpty { throw Problems(found) }
    }

    private func hosts(of play: Play) -> [String] {
        log.collecting { try inventory.hosts(matching: play.hostPatterns, at: play.hostsPlace) } ?? []
    }

    private func withLines(_ problems: [Problem]) -> [Problem] {
        problems.map { problem in
            guard problem.line == nil, let file = problem.place?.file, let bytes = files.read(file) else {
                return problem
            }
            return problem.showing(String(decoding: bytes, as: UTF8.self))
        }
    }
}
