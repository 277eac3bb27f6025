import Fleet
import Jinja
import Modules
import OrderedCollections
import YAML

/// The layers of variables for one task on one host, in Ansible's order of precedence; makes scopes when asked.
///
/// Sendable, so that a module's rendering closures can carry it; each scope made from it caches for itself.
struct ScopeSource: Sendable {
    /// The strongest first.
    private var layers: [Bindings]
    private let templating: Templating

    /// The variables of a host outside any play: inventory, facts, what was registered, magic names.
    init(site: Site, host: String, hostVars: Value?) {
        self.init(site: site, host: host, play: nil, task: nil, hostVars: hostVars)
    }

    init(site: Site, host: String, play: PlayContext?, task: PlaybookTask?, hostVars: Value? = nil) {
        templating = site.templating
        let memory = try? site.memory(of: host)
        let state = memory?.read { $0 }
        let facts = state?.facts.values ?? [:]
        var ansible = Bindings(
            uniqueKeysWithValues: facts.compactMap { key, value in
                key.string.map { ("ansible_" + $0, Binding.value(value)) }
            })
        ansible["ansible_facts"] = .value(.map(facts))
        let magic = MagicVariables(site: site, host: host, play: play, task: task).bindings(hostVars: hostVars)
        var weakestFirst: [Bindings] = play?.roleDefaults ?? []
        if let own = task?.roleName.flatMap({ name in play?.play.roles.first { $0.name == name } }) {
            weakestFirst.append(Bindings(own.defaults))
        }
        weakestFirst.append(site.bindings(of: host))
        weakestFirst.append(ansible)
        if let play {
            weakestFirst.append(Bindings(play.play.vars))
            weakestFirst += play.varsFiles
            weakestFirst += play.play.roles.map { Bindings($0.vars) }
        }
        if let task { weakestFirst.append(Bindings(task.keywords.vars)) }
        weakestFirst.append(state?.variables ?? [:])
        weakestFirst.append(Bindings(site.options.extraVars))
        weakestFirst.append(magic)
        layers = weakestFirst.filter { !$0.isEmpty }.reversed()
    }

    /// The same with stronger bindings on top: a loop's item, a result under test.
    func adding(_ bindings: Bindings) -> ScopeSource {
        var copy = self
        if !bindings.isEmpty { copy.layers.insert(bindings, at: 0) }
        return copy
    }

    func scope() -> VariableScope { VariableScope(layers: layers, templating: templating) }
}

/// The names Ansible itself defines.
struct MagicVariables {
    let site: Site
    let host: String
    let play: PlayContext?
    let task: PlaybookTask?

    func bindings(hostVars: Value?) -> Bindings {
        let inventory = site.inventory
        var values: [String: Value] = [
            "inventory_hostname": .string(host),
            "inventory_hostname_short": .string(host.split(separator: ".").first.map(String.init) ?? host),
            "group_names": .list(inventory.groups(of: host).map(Value.string)),
            "inventory_dir": .string(inventory.directory),
            "omit": .omit,
            "ansible_check_mode": .bool(site.options.check),
            "ansible_diff_mode": .bool(site.options.diff),
            "ansible_managed": "Ansible managed",
            "ansible_forks": .int(site.options.forks),
        ]
        if let play {
            values["playbook_dir"] = .string(play.directory)
            values["ansible_play_hosts"] = .list(play.activeHosts().map(Value.string))
            values["ansible_play_hosts_all"] = .list(play.allHosts.map(Value.string))
            values["ansible_play_batch"] = .list(play.batch.map(Value.string))
            values["ansible_play_name"] = .string(play.play.name ?? play.play.hosts)
            values["role_names"] = .list(play.play.roles.map { .string($0.name) })
        }
        if let task {
            values["role_path"] = task.roleDirectory.map(Value.string)
            values["role_name"] = task.roleName.map(Value.string)
        }
        var bindings = values.mapValues(Binding.value)
        bindings["groups"] = .computed { .map(Self.groups(of: inventory)) }
        bindings["hostvars"] = .computed { [site] in hostVars ?? site.hostVarsValue() }
        return bindings
    }

    private static func groups(of inventory: Inventory) -> ValueMap {
        ValueMap(
            uniqueKeysWithValues: inventory.groups.keys.map { name in
                (Value.string(name), Value.list(inventory.allHosts(in: name).map(Value.string)))
            })
    }

    /// The names, for the static check.
    static let names: Set<String> = [
        "inventory_hostname", "inventory_hostname_short", "group_names", "groups", "inventory_dir", "hostvars", "omit",
        "ansible_check_mode", "ansible_diff_mode", "ansible_managed", "ansible_forks", "playbook_dir",
        "ansible_play_hosts", "ansible_play_hosts_all", "ansible_play_batch", "ansible_play_name", "role_names",
        "role_path", "role_name", "ansible_facts", "ansible_failed_task", "ansible_failed_result",
    ]
}
