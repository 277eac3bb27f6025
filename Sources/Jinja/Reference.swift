package import Diagnostics

/// A variable that a template or an expression reads.
package struct Reference: Sendable, Hashable {
    package var name: String
    package var place: Place
    /// Whether the text provides for its being undefined: under `is defined`, `default(…)` and the like.
    package var isGuarded: Bool
    /// Whether it stands where the text may not come to: in a branch, a loop's body, behind `and` and the like.
    package var isConditional: Bool
    /// Of `ansible_facts`, `groups` and `hostvars`: the key that is read, where the text names it.
    package var member: Member?

    package struct Member: Sendable, Hashable {
        package var name: String
        package var place: Place
    }

    package init(name: String, place: Place, isGuarded: Bool, isConditional: Bool = false, member: Member? = nil) {
        self.name = name
        self.place = place
        self.isGuarded = isGuarded
        self.isConditional = isConditional
        self.member = member
    }

    /// Mappings of Ansible's own whose keys are known before a run.
    static let containers: Set<String> = ["ansible_facts", "groups", "hostvars"]
}

/// What a text reads that it does not bring itself.
package struct References: Sendable {
    /// The variables, in the order of their use.
    package var names: [Reference] = []
    package var files: [FileReference] = []
    /// The variables whose being undefined, or whose keys, an expression asks about.
    package var asked: Set<String> = []
    /// Names that stand in it as keys and as strings, and begin like Ansible's own variables.
    package var quoted: Set<String> = []
}
