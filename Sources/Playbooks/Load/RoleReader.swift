import OrderedCollections
import Diagnostics
import YAML

/// Reads a role: its defaults and variables, its tasks and handlers.
struct RoleReader {
    struct Loaded {
        var role: Role
        var tasks: [Item]
        var handlers: [PlaybookTask]
    }

    let loader: PlaybookLoader
    /// The playbook's folder: roles stand in its `roles/`, or in `roles/` beside the project.
    let directory: String
    private var log: ProblemLog { loader.log }

    init(loader: PlaybookLoader, directory: String) {
        self.loader = loader
        self.directory = directory
    }

    func role(_ node: Node, in outer: Keywords) -> Loaded? {
        if let name = node.string { return role(named: name, at: node.place, keywords: outer) }
        let known = KnownKeys.shared.union(["role", "when"])
        guard let fields = Fields(node, what: "a role", known: known, log: log) else { return nil }
        guard let name = fields.string("role") ?? fields.string("name") else {
            log.add("a role needs its name", at: node.place, hint: "write '- role: NAME'")
            return nil
        }
        var keywords = TaskReader(loader: loader, directory: directory).keywords(fields)
        keywords.when = fields.list("when")
        return role(named: name, at: node.place, keywords: keywords.inside(outer))
    }

    private func role(named name: String, at place: Place, keywords: Keywords) -> Loaded? {
        guard let home = home(of: name) else {
            let known = roots.flatMap { loader.files.list($0) }
            log.add(
                "there is no role '\(name)' in \(roots.joined(separator: " or "))", at: place,
                hint: Suggestion.hint(for: name, among: known))
            return nil
        }
        let role = Role(
            name: name, directory: home, defaults: variables(home + "/defaults/main.yml"),
            vars: variables(home + "/vars/main.yml"))
        var reader = TaskReader(loader: loader, directory: home + "/tasks")
        reader.role = role
        return Loaded(
            role: role, tasks: reader.items(nodes(home + "/tasks/main.yml"), inside: keywords),
            handlers: reader.handlers(nodes(home + "/handlers/main.yml"), inside: keywords))
    }

    private var roots: [String] { [ProjectPath.join(directory, "roles"), ProjectPath.join(directory, "../roles")] }

    private func home(of name: String) -> String? {
        let parts = ["defaults/main.yml", "tasks/main.yml", "vars/main.yml", "handlers/main.yml"]
        return roots.map { ProjectPath.join($0, name) }.first { home in
            parts.contains { loader.files.exists(home + "/" + $0) }
        }
    }

    private func variables(_ path: String) -> RawVariables {
        guard loader.files.exists(path), let node = loader.document(path, neededAt: nil) else { return [:] }
        return RawVariables(variablesOf: node, log: log)
    }

    private func nodes(_ path: String) -> [Node] {
        guard loader.files.exists(path), let node = loader.document(path, neededAt: nil) else { return [] }
        guard let nodes = node.sequence else {
            log.add("a list of tasks was expected, found \(node.value.kind)", at: node.place)
            return []
        }
        return nodes
    }
}
