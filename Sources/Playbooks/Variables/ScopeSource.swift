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
    private var reads: VariableReads?
    private var secretReads: SecretReads?

    /// The variables of a host outside any play: inventory, facts, what was registered, magic names.
    init(site: Site, host: String, hostVars: Value?) {
        self.init(site: site, host: host, play: nil, task: nil, hostVars: hostVars)
    }

    init(site: Site, host: String, play: PlayContext?, task: PlaybookTask?, hostVars: Value? = nil) {
        templating = site.templating
        let state = (try? site.memory(of: host))?.read {
            (facts: $0.factBindings, included: $0.included, variables: $0.variables)
        }
        let role = task?.roleName
        // Only templates have it, and a variable of that name wins.
        var weakestFirst: [Bindings] =
            task?.module is TemplateModule.Type ? [["ansible_managed": TemplateVariables.managed]] : []
        if let play { weakestFirst += PlayLayers.ordered(play.layers.roleDefaults, play.layers.roles, own: role) }
        weakestFirst.append(site.bindings(of: host))
        weakestFirst.append(state?.facts ?? [:])
        if let play {
            weakestFirst.append(play.layers.vars)
            weakestFirst += play.varsFiles(of: host)
            weakestFirst += PlayLayers.ordered(play.layers.roleVars, play.layers.roles, own: role)
        }
        if let task { weakestFirst.append(Bindings(task.keywords.vars)) }
        weakestFirst.append(state?.included ?? [:])
        weakestFirst.append(state?.variables ?? [:])
        if let task { weakestFirst += task.keywords.includeVars.map { Bindings($0) } }
        weakestFirst.append(site.extraVars)
        weakestFirst.append(MagicVariables(site: site, host: host, play: play, task: task).bindings(hostVars: hostVars))
        layers = weakestFirst.filter { !$0.isEmpty }.reversed()
    }

    /// The same with stronger bindings on top: a loop's item, a result under test.
    func adding(_ bindings: Bindings) -> ScopeSource {
        var copy = self
        if !bindings.isEmpty { copy.layers.insert(bindings, at: 0) }
        return copy
    }

    /// The same, and whatever is read in its scopes is noted.
    func noting(_ reads: VariableReads) -> ScopeSource {
        var copy = self
        copy.reads = reads
        return copy
    }

    /// The same, and whether secrets are read in its scopes that can't be found again is noted.
    func noting(_ secretReads: SecretReads) -> ScopeSource {
        var copy = self
        copy.secretReads = secretReads
        return copy
    }

    func noteShortSecret() { secretReads?.note() }

    func scope() -> VariableScope {
        VariableScope(layers: layers, templating: templating, reads: reads, secretReads: secretReads)
    }
}

/// The names Ansible itself defines.
struct MagicVariables {
    let site: Site
    let host: String
    let play: PlayContext?
    let task: PlaybookTask?

    func bindings(hostVars: Value?) -> Bindings {
        var values: [String: Value] = [
            "inventory_hostname": .string(host),
            "inventory_hostname_short": .string(host.split(separator: ".").first.map(String.init) ?? host),
            "omit": .omit,
            "ansible_check_mode": .bool(site.options.check),
            "ansible_diff_mode": .bool(site.options.diff),
            "ansible_forks": .int(site.options.forks),
            "ansible_version": Self.version,
            "groups": site.groups,
        ]
        if let play {
            values["ansible_play_hosts_all"] = .list(play.allHosts.map(Value.string))
            values["ansible_play_name"] = .string(play.play.name ?? play.play.hosts)
        }
        if let task {
            values["role_name"] = task.roleName.map(Value.string)
            values["ansible_role_name"] = task.roleName.map(Value.string)
        }
        return values.mapValues(Binding.value).merging(computed(hostVars)) { _, computed in computed }
    }

    /// What costs something to find out, and is rarely asked for.
    private func computed(_ hostVars: Value?) -> Bindings {
        var bindings: Bindings = [
            "group_names": .computed { [site, host] in .list(site.inventory.groups(of: host).map(Value.string)) },
            "hostvars": .computed { [site] in hostVars ?? site.hostVarsValue() },
        ]
        let path: @Sendable (String) -> Binding = { [site] path in .computed { .string(site.files.resolved(path)) } }
        bindings["inventory_dir"] = path(site.inventory.directory)
        if let role = task?.roleDirectory { bindings["role_path"] = path(role) }
        guard let play else { return bindings }
        bindings["playbook_dir"] = path(play.directory)
        let names: @Sendable ([String]) -> Value = { .list($0.map(Value.string)) }
        bindings["ansible_play_hosts"] = .computed { names(play.activeHosts(of: play.allHosts)) }
        bindings["ansible_play_batch"] = .computed {
            names(play.activeHosts(of: play.allHosts.filter(Set(play.batch).contains)))
        }
        bindings["role_names"] = .computed { names(play.layers.names) }
        return bindings
    }

    /// The ansible-core whose rules are followed.
    private static let version: Value = [
        "full": "2.19.0", "string": "2.19.0", "major": 2, "minor": 19, "revision": 0,
    ]

    /// The names that every task sees, for the static check.
    static let names: Set<String> = [
        "inventory_hostname", "inventory_hostname_short", "group_names", "groups", "inventory_dir", "hostvars", "omit",
        "ansible_check_mode", "ansible_diff_mode", "ansible_forks", "playbook_dir", "ansible_play_hosts",
        "ansible_play_hosts_all", "ansible_play_batch", "ansible_play_name", "role_names", "ansible_version",
        "ansible_facts", "ansible_failed_task", "ansible_failed_result",
    ]

    /// Those that only a role's tasks see.
    static let ofRoles: Set<String> = ["role_path", "role_name", "ansible_role_name"]

    /// Those that some tasks see, and others do not.
    static let ofPlaces = ofRoles.union(["ansible_managed"])

    static func ofPlace(_ task: PlaybookTask) -> Set<String> {
        (task.roleName == nil ? [] : ofRoles).union(task.module is TemplateModule.Type ? ["ansible_managed"] : [])
    }
}
