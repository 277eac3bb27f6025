import Diagnostics
import Fleet
import Jinja
import Modules
import OrderedCollections
import YAML

/// Names that tasks define while the run goes on: `register`, `set_fact`; they live on into later plays.
struct LearnedNames {
    private(set) var names: Set<String> = []
    /// A task sets a variable whose name holds a template: any name may be one.
    private(set) var isOpen = false
    /// Those that `cacheable` makes facts; nil when any name may be one.
    private(set) var facts: Set<String>? = []

    /// - Parameter variables: what a variables file that a task names defines; nil when it can't be told.
    mutating func add(_ play: Play, variables: (PlaybookTask, String) -> RawVariables?) {
        for task in play.sections.flatMap(\.allTasks) + play.handlers {
            if let name = task.keywords.register { names.insert(name) }
            if task.module.spec.name == "ansible.builtin.set_fact" {
                names.formUnion(task.arguments.map(\.name))
                let isTemplated = task.arguments.contains { TemplatedText.isTemplated($0.name) }
                if isTemplated { isOpen = true }
                if task.arguments.contains(where: { $0.name == "cacheable" }) {
                    facts = isTemplated ? nil : facts?.union(task.arguments.map(\.name))
                }
            }
            if task.module is IncludeVarsModule.Type { addIncluded(task, variables) }
        }
    }
}

extension LearnedNames {
    private mutating func addIncluded(_ task: PlaybookTask, _ variables: (PlaybookTask, String) -> RawVariables?) {
        func text(_ name: String) -> String? { task.arguments.first { $0.name == name }?.value.string }
        if let name = text("name"), !TemplatedText.isTemplated(name) {
            names.insert(name)
        } else if let file = text("file"), !TemplatedText.isTemplated(file), let found = variables(task, file) {
            names.formUnion(found.keys)
        } else {
            isOpen = true
        }
    }
}

/// Every variable name that is defined anywhere a play's tasks could see it.
struct KnownNames {
    private let names: Set<String>
    /// Whether there may be variables that could not be read: then any name may be one.
    private let isOpen: Bool

    /// - Parameters:
    ///   - hostVariables: the inventory's, as the play's hosts have them.
    ///   - others: what the run itself gives (extra variables), and what was learned in other plays.
    init(play: Play, hostVariables: [RawVariables], others: Set<String>, isOpen: Bool) {
        var names = MagicVariables.names.union(others).union(play.vars.keys)
        for role in play.roles { names.formUnion(Array(role.defaults.keys) + Array(role.vars.keys)) }
        for variables in hostVariables { names.formUnion(variables.keys) }
        self.names = names
        self.isOpen = isOpen
    }

    /// Facts come from the hosts: which there are is known but for those of interfaces (`ansible_eth0`).
    /// - Parameter isCertain: whether every run reads the name; elsewhere it may be a fact of Ansible's that is not read
    ///   here.
    func contains(_ name: String, isCertain: Bool) -> Bool {
        if isOpen || names.contains(name) { return true }
        guard name.hasPrefix(Self.factPrefix), !MagicVariables.ofPlaces.contains(name) else { return false }
        let fact = String(name.dropFirst(Self.factPrefix.count))
        return FactNames.mayBe(fact) || !isCertain && FactNames.mayBeAnsibles(fact)
    }

    /// Whether the play, the inventory or a task defines it.
    func contains(_ name: String) -> Bool { isOpen || names.contains(name) }

    private static let factPrefix = "ansible_"

    var all: Set<String> { names }
}
