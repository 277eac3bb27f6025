import OrderedCollections
import Modules
package import Remote
import YAML

/// How a playbook is to be run: the flags of the command line, as values.
package struct RunOptions: Sendable {
    /// Nothing is changed: what would change is told.
    package var check = false
    package var diff = false
    package var limit: String?
    package var tags: Set<String> = []
    package var skipTags: Set<String> = []
    package var extraVars = RawVariables()
    /// Hosts worked on at the same time.
    package var forks = 50
    package var become = false
    package var becomeUser: String?
    package var becomePassword: Secret?
    package var remoteUser: String?
    package var password: Secret?
    package var privateKeyFile: String?
    package var knownHostsFile: String?
    /// The inventories as the command line names them, for commands that messages suggest.
    package var inventoryNames: [String] = []
    package var connectTimeout: Duration = .seconds(10)
    /// Label of the task to begin at.
    package var startAtTask: String?
    package var forceHandlers = false
    /// How much is told: from 1 on what changes print, while they run; 2, tasks' arguments; 3, what is sent to hosts.
    package var verbosity = 0
    /// A host that can't be reached stops nobody, whatever `any_errors_fatal` and batches say.
    package var skipsUnreachable = false
    /// The saved plan that is applied: what is not in it is refused.
    package var permit: ChangePermit?

    package init() {}
}

extension RunOptions {
    /// Whether a task of these tags takes part: Ansible's rules for `always`, `never`, `tagged`, `untagged` and `all`.
    package func selects(tags own: [String]) -> Bool {
        let own = own.isEmpty ? Self.untagged : Set(own)
        return isAsked(own) && !isSkipped(own)
    }

    private static let untagged: Set<String> = ["untagged"]

    private func isAsked(_ own: Set<String>) -> Bool {
        let asked = tags.isEmpty ? ["all"] : tags
        if own.contains("always") || !own.isDisjoint(with: asked) { return true }
        guard !own.contains("never") else { return false }
        return asked.contains("all") || asked.contains("tagged") && own != Self.untagged
    }

    private func isSkipped(_ own: Set<String>) -> Bool {
        if skipTags.contains("all") { return !own.contains("always") || skipTags.contains("always") }
        return !own.isDisjoint(with: skipTags) || skipTags.contains("tagged") && own != Self.untagged
    }
}
