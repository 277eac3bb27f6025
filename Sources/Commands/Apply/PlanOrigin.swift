import OrderedCollections
import Fleet
import Playbooks
import YAML

/// What the command line said when a plan was made: `apply FILE` says it again.
struct PlanOrigin {
    var playbook: String
    var flags: [String: Value]
    /// `-e` as given; nil in the place of one that holds a secret.
    var extraVars: [String]
    /// Names of `-e` variables whose values are secrets: not kept.
    var withheld: [String]

    /// - Throws: `Problem` for a `-e` that can't be read.
    init(playbook: String, flags: RunFlags, environment: [String: String]) throws {
        self.playbook = playbook
        let fallback = environment["INTCHAIN_INVENTORY"].map { $0.split(separator: ",").map(String.init) } ?? []
        let inventory = flags.inventory.inventory.isEmpty ? fallback : flags.inventory.inventory
        self.flags = [
            "inventory": .list(inventory.map(Value.string)), "limit": flags.connection.limit.value,
            "user": flags.connection.user.value, "become": .bool(flags.connection.become),
            "become_user": flags.connection.becomeUser.value, "tags": .list(flags.playbook.tags.map(Value.string)),
            "skip_tags": .list(flags.playbook.skipTags.map(Value.string)),
            "start_at_task": flags.playbook.startAtTask.value, "force_handlers": .bool(flags.playbook.forceHandlers),
        ]
        extraVars = []
        withheld = []
        for text in flags.playbook.extraVars {
            let secret = text.hasPrefix("@") ? [] : try ExtraVars(text).secretNames
            if secret.isEmpty { extraVars.append(text) } else { withheld += secret }
        }
    }

    /// The flags of the plan, with those of `apply` that only say how to reach hosts.
    /// - Throws: `CommandFailure` when `apply` was given what the plan has settled.
    func completed(_ given: RunFlags) throws -> RunFlags {
        try refuse(given)
        var flags = given
        flags.inventory.inventory = strings("inventory")
        flags.connection.limit = given.connection.limit ?? self.flags["limit"]?.string
        flags.connection.user = given.connection.user ?? self.flags["user"]?.string
        flags.connection.become = self.flags["become"]?.bool ?? false
        flags.connection.becomeUser = self.flags["become_user"]?.string
        flags.playbook.tags = strings("tags")
        flags.playbook.skipTags = strings("skip_tags")
        flags.playbook.startAtTask = self.flags["start_at_task"]?.string
        flags.playbook.forceHandlers = self.flags["force_handlers"]?.bool ?? false
        flags.playbook.extraVars = extraVars + given.playbook.extraVars
        return flags
    }

    private func refuse(_ given: RunFlags) throws {
        var settled: [String] = []
        if !given.inventory.inventory.isEmpty, given.inventory.inventory != strings("inventory") {
            settled.append("-i")
        }
        if given.connection.become { settled.append("--become") }
        if given.connection.becomeUser != nil { settled.append("--become-user") }
        if !given.playbook.tags.isEmpty { settled.append("--tags") }
        if !given.playbook.skipTags.isEmpty { settled.append("--skip-tags") }
        if given.playbook.startAtTask != nil { settled.append("--start-at-task") }
        if given.playbook.forceHandlers { settled.append("--force-handlers") }
        guard settled.isEmpty else {
            throw CommandFailure(
                "the plan says itself what \(settled.joined(separator: ", ")) is",
                hint: "leave it out, or make a new plan",
                status: .usage)
        }
        let names = try given.playbook.extraVars.reduce(into: Set<String>()) {
            $0.formUnion(try ExtraVars($1).variables.keys)
        }
        let missing = withheld.filter { !names.contains($0) }
        guard missing.isEmpty else {
            throw CommandFailure(
                "the plan does not hold the secrets that were given with -e: \(missing.joined(separator: ", "))",
                hint: "give them again with -e", status: .usage)
        }
    }

    private func strings(_ name: String) -> [String] { flags[name]?.list?.compactMap(\.string) ?? [] }
}

extension PlanOrigin {
    var value: Value {
        [
            "playbook": .string(playbook),
            "flags": .map(ValueMap(uniqueKeysWithValues: flags.sorted { $0.key < $1.key }.map { (.string($0), $1) })),
            "extra_vars": .list(extraVars.map(Value.string)), "withheld": .list(withheld.map(Value.string)),
        ]
    }

    init?(_ value: Value) {
        guard let playbook = value["playbook"]?.string, let flags = value["flags"]?.map else { return nil }
        self.playbook = playbook
        self.flags = Dictionary(uniqueKeysWithValues: flags.map { ($0.string ?? "", $1) })
        extraVars = value["extra_vars"]?.list?.compactMap(\.string) ?? []
        withheld = value["withheld"]?.list?.compactMap(\.string) ?? []
    }
}

extension ExtraVars {
    /// The variables that are secrets, or have some inside.
    var secretNames: [String] {
        let names = SecretNames()
        return variables.filter { name, node in
            names.contains(name) || names.masked(node.value, named: name) != node.value
        }.map(\.key)
    }
}

extension Optional where Wrapped == String {
    fileprivate var value: Value { map(Value.string) ?? .null }
}
