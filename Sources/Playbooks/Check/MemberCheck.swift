import Diagnostics
import Fleet
import Jinja
import Modules
import OrderedCollections

/// Checks the keys that texts read from Ansible's own mappings: facts, groups, hosts.
struct MemberCheck {
    private let groups: [String]?
    private let inventory: Inventory?
    private let facts: Set<String>?

    /// - Parameters:
    ///   - inventory: nil when it is not known whole: then groups and hosts are not judged.
    ///   - facts: that tasks set; nil when any may be one: then facts are not judged.
    init(_ inventory: Inventory?, facts: Set<String>?) {
        self.inventory = inventory
        self.facts = facts
        groups = inventory.map { Array($0.groups.keys) }
    }

    func problem(of reference: Reference) -> Problem? {
        guard let member = reference.member else { return nil }
        switch reference.name {
        case "ansible_facts": return fact(member)
        case "groups":
            guard let groups, !groups.contains(member.name) else { return nil }
            return Problem(
                "there is no group '\(member.name)' in the inventory", at: member.place,
                hint: Suggestion.hint(for: member.name, among: groups), rule: .unknownHost)
        case "hostvars":
            guard let inventory, inventory.hosts[member.name] == nil, !inventory.isImplicit(member.name) else {
                return nil
            }
            return Problem(
                "there is no host '\(member.name)' in the inventory", at: member.place,
                hint: Suggestion.hint(for: member.name, among: inventory.hosts.keys), rule: .unknownHost)
        default: return nil
        }
    }

    private func fact(_ member: Reference.Member) -> Problem? {
        guard let facts, !facts.contains(member.name), !FactNames.mayBe(member.name) else { return nil }
        return Problem(
            "there is no fact '\(member.name)'", at: member.place,
            hint: Suggestion.hint(for: member.name, among: FactNames.all) ?? Self.allFacts, rule: .undefinedVariable)
    }

    /// What to say of a fact that is not read.
    static let allFacts = "'intchainctl run HOST -m debug -a var=ansible_facts' shows which there are"
}
