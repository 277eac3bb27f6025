import Diagnostics
import Fleet
import Jinja
import Modules
import OrderedCollections
import YAML

/// Names that tasks define while the run goes on: `register`, `set_fact`; they live on into later plays.
struct LearnedNames {
    private(set) var names: Set<String> = []

    mutating func add(_ play: Play) {
        for task in play.sections.flatMap(\.allTasks) + play.handlers {
            if let name = task.keywords.register { names.insert(name) }
            if task.module.spec.name == "ansible.builtin.set_fact" {
                names.formUnion(task.arguments.map(\.name))
            }
        }
    }
}

/// Every variable name that is defined anywhere a play's tasks could see it.
struct KnownNames {
    private let names: Set<String>

    init(
        play: Play, hosts: [String], inventory: Inventory, learned: LearnedNames, extraVars: RawVariables,
        varsFiles: Set<String>
    ) {
        var names = MagicVariables.names.union(learned.names).union(extraVars.keys).union(play.vars.keys)
        for role in play.roles { names.formUnion(Array(role.defaults.keys) + Array(role.vars.keys)) }
        for host in hosts where inventory.hosts[host] != nil { names.formUnion(inventory.variables(of: host).keys) }
        names.formUnion(varsFiles)
        self.names = names
    }

    /// Facts come from the hosts: any `ansible_…` name may be one.
    func contains(_ name: String) -> Bool { names.contains(name) || name.hasPrefix("ansible_") }

    var all: Set<String> { names }
}

/// The names that a play's variables files define; a name with a template in it stands for every file of its folder.
struct VarsFileNames {
    let files: any ProjectFiles
    let directory: String
    let log: ProblemLog

    init(files: any ProjectFiles, directory: String, log: ProblemLog) {
        self.files = files
        self.directory = directory
        self.log = log
    }

    /// Files that are missing or can't be read are told.
    func names(of nodes: [Node]) -> Set<String> {
        Set(
            nodes.flatMap { node -> [String] in
                let alternatives = node.sequence ?? [node]
                let paths = alternatives.compactMap(\.string).flatMap(candidates)
                if !paths.contains(where: files.exists), !alternatives.contains(where: isTemplated),
                    let path = paths.first
                {
                    log.add("there is no file \(path)", at: node.place, hint: files.suggestion(for: path))
                }
                return paths.filter(files.exists).flatMap(keys)
            })
    }

    private func isTemplated(_ node: Node) -> Bool { node.string.map(TemplatedText.isTemplated) ?? true }

    private func candidates(_ path: String) -> [String] {
        guard TemplatedText.isTemplated(path) else { return [ProjectPath.join(directory, path)] }
        let fixed = path.prefix { $0 != "{" }
        let folder = ProjectPath.join(directory, ProjectPath.directory(of: String(fixed) + "x"))
        return files.list(folder).map { folder + "/" + $0 }
    }

    private func keys(_ path: String) -> [String] {
        guard let bytes = files.read(path),
            let node = log.collecting({ try Node.parse(String(decoding: bytes, as: UTF8.self), file: path) })
        else { return [] }
        return node.map { Array(RawVariables(variablesOf: $0, log: log).keys) } ?? []
    }
}
