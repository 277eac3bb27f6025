import Diagnostics
import Modules
import OrderedCollections
import YAML

/// Finds variables that say how a host is reached where nobody reads them: a run reaches a host in one way, which the
/// first play that it takes part in says.
final class ReachCheck {
    /// Names that the command line gives: they win wherever they are written besides.
    private let given: Set<String>
    private let log: ProblemLog
    /// The first play of each host.
    private var first: [String: Said] = [:]
    private var told: Set<Place?> = []

    /// What a play says of the way to its hosts: over the inventory's variables, and below them.
    private struct Said {
        var strong: RawVariables = [:]
        var weak: RawVariables = [:]

        func node(_ name: String, _ inventory: RawVariables) -> Node? { strong[name] ?? inventory[name] ?? weak[name] }
    }

    init(given: Set<String>, log: ProblemLog) {
        self.given = given
        self.log = log
    }

    /// Variables of a task, a block or an include, and what tasks set.
    func refuse(_ variables: RawVariables) {
        for (name, node) in reaching(variables) {
            log.add(
                "'\(name)' has no effect here: a run reaches a host in one way", at: node.place,
                hint: name == "ansible_connection"
                    ? "write 'delegate_to: localhost' for what is to be done on this machine"
                    : "set it in the inventory, or in the vars of all plays of the host",
                rule: .notSupported)
        }
    }

    func check(_ task: PlaybookTask) {
        refuse(task.keywords.allVars)
        guard task.module is SetFactModule.Type else { return }
        refuse(RawVariables(task.arguments.map { ($0.name, $0.value) }) { first, _ in first })
    }

    /// - Parameters:
    ///   - brought: what the play's variables files define.
    ///   - hosts: the inventory's variables of the hosts that the play reaches, by their names.
    func check(_ play: Play, _ brought: [RawVariables], on hosts: [(name: String, variables: RawVariables)]) {
        for role in play.roles where !role.isPublic { for layer in [role.defaults, role.vars] { refuse(layer) } }
        let roles = play.roles.filter(\.isPublic)
        let said = Said(
            strong: merged([play.vars] + brought + roles.map(\.vars)), weak: merged(roles.map(\.defaults)))
        for (host, variables) in hosts {
            guard let before = first[host] else {
                first[host] = said
                continue
            }
            compare(said, before, on: host, variables)
        }
    }

    private func compare(_ said: Said, _ before: Said, on host: String, _ inventory: RawVariables) {
        for name in OrderedSet([said, before].flatMap { [$0.strong, $0.weak] }.flatMap(\.keys)) {
            guard said.node(name, inventory)?.value != before.node(name, inventory)?.value else { continue }
            let place = [said, before].lazy.compactMap { $0.strong[name] ?? $0.weak[name] }.first?.place
            // One host is enough to tell it by.
            guard told.insert(place).inserted else { continue }
            log.add(
                "'\(name)' is not the same in all plays of \(host): a run reaches a host in one way", at: place,
                hint: "set it in the inventory, or alike in each of these plays", rule: .notSupported)
        }
    }

    private func merged(_ layers: [RawVariables]) -> RawVariables {
        layers.reduce([:]) { $0.merging(reaching($1)) { _, later in later } }
    }

    private func reaching(_ variables: RawVariables) -> RawVariables {
        variables.filter { ConnectionNames.reaching.contains($0.key) && !given.contains($0.key) }
    }
}
