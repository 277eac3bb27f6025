import Fleet
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
        files: any ProjectFiles, directory: String
    ) {
        var names = MagicVariables.names.union(learned.names).union(extraVars.keys).union(play.vars.keys)
        for role in play.roles { names.formUnion(Array(role.defaults.keys) + Array(role.vars.keys)) }
        for host in hosts where inventory.hosts[host] != nil { names.formUnion(inventory.variables(of: host).keys) }
        names.formUnion(VarsFileNames(files: files, directory: directory).names(of: play.varsFiles))
        self.names = names
    }

    /// Facts come from the hosts: any `ansible_…` name may be one.
    func contains(_ name: String) -> Bool { names.contains(name) || name.hasPrefix("ansible_") }

    var all: Set<String> { names }
}

/// The names that a play's variables files define; a name with a template in it stands for every file of its folder.
private struct VarsFileNames {
    let files: any ProjectFiles
    let directory: String

    func names(of nodes: [Node]) -> Set<String> {
        let paths = nodes.flatMap { $0.sequence ?? [$0] }.compactMap(\.string)
        return Set(paths.flatMap { path in candidates(path).flatMap(keys) })
    }

    private func candidates(_ path: String) -> [String] {
        guard path.contains("{{") else { return [ProjectPath.join(directory, path)] }
        let fixed = path.prefix { $0 != "{" }
        let folder = ProjectPath.join(directory, ProjectPath.directory(of: String(fixed) + "x"))
        return files.list(folder).map { folder + "/" + $0 }
    }

    private func keys(_ path: String) -> [String] {
        guard let bytes = files.read(path),
            let node = try? Node.parse(String(decoding: bytes, as: UTF8.self), file: path)
        else { return [] }
        return node.mapping?.compactMap(\.key.string) ?? []
    }
}
