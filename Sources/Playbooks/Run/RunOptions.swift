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
    package var connectTimeout: Duration = .seconds(10)
    /// Label of the task to begin at.
    package var startAtTask: String?
    package var forceHandlers = false

    package init() {}
}

extension RunOptions {
    /// Whether a task of these tags takes part: Ansible's rules for `always`, `never`, `tagged`, `untagged` and `all`.
    package func selects(tags own: [String]) -> Bool {
        let own = Set(own)
        if !skipTags.isEmpty, matches(own, skipTags, skipping: true) { return false }
        if tags.isEmpty || tags == ["all"] { return !own.contains("never") }
        if own.contains("always") { return true }
        return matches(own, tags, skipping: false)
    }

    private func matches(_ own: Set<String>, _ asked: Set<String>, skipping: Bool) -> Bool {
        if !own.isDisjoint(with: asked) { return true }
        let hasOwn = !own.subtracting(["always", "never"]).isEmpty || own.contains("always") && skipping
        if asked.contains("all") { return !own.contains("never") }
        if asked.contains("tagged"), hasOwn { return !own.contains("never") || skipping }
        if asked.contains("untagged"), own.subtracting(["always", "never"]).isEmpty { return !own.contains("never") }
        return false
    }
}
