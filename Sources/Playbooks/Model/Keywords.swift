import OrderedCollections
package import YAML

/// What plays, blocks and tasks may say besides what they do. A task's are complete: inherited ones are merged in.
package struct Keywords: Sendable {
    /// All must hold, the outermost block's first.
    package var when: [Node] = []
    package var vars: RawVariables = [:]
    /// The variables of the includes around, from the outermost: they win over what tasks set, and over `vars`.
    package var includeVars: [RawVariables] = []
    package var environment: [Node] = []
    package var tags: [String] = []
    package var become: Node?
    package var becomeUser: Node?
    package var ignoreErrors: Node?
    package var noLog: Node?
    package var runOnce: Bool?
    package var delegateTo: Node?
    package var delegateFacts: Node?
    package var checkMode: Node?
    package var diff: Node?
    package var anyErrorsFatal: Bool?
    package var timeout: Int?
    /// How many hosts may be at work at the task at once.
    package var throttle: Node?

    // Of tasks only.
    package var loop: Node?
    package var loopControl = LoopControl()
    package var register: String?
    package var until: [Node] = []
    package var retries: Node?
    package var delay: Node?
    package var changedWhen: [Node] = []
    package var failedWhen: [Node] = []
    package var notify: [Node] = []
    /// Topics a handler answers to besides its name.
    package var listen: [String] = []
    /// `with_items` and `with_dict` shape the loop's value first.
    package var loopShape: LoopShape = .list

    package enum LoopShape: Sendable {
        case list
        /// `with_NAME`: what the lookup of that name finds.
        case lookup(String)
    }

    package struct LoopControl: Sendable {
        package var variable = "item"
        package var indexVariable: String?
        package var label: Node?
        package var pause: Node?
    }
}

extension Keywords {
    /// Its own variables and those of the includes around, the winner of each name.
    var allVars: RawVariables { includeVars.reduce(vars) { $0.merging($1) { _, include in include } } }

    /// These keywords inside an enclosing play or block: lists add up, single values win over the outer ones.
    package func inside(_ outer: Keywords) -> Keywords {
        var merged = self
        merged.when = outer.when + when
        merged.vars = outer.vars.merging(vars) { _, inner in inner }
        merged.includeVars = outer.includeVars + includeVars
        merged.environment = outer.environment + environment
        merged.tags = outer.tags + tags.filter { !outer.tags.contains($0) }
        merged.become = become ?? outer.become
        merged.becomeUser = becomeUser ?? outer.becomeUser
        merged.ignoreErrors = ignoreErrors ?? outer.ignoreErrors
        merged.noLog = noLog ?? outer.noLog
        merged.runOnce = runOnce ?? outer.runOnce
        merged.delegateTo = delegateTo ?? outer.delegateTo
        merged.delegateFacts = delegateFacts ?? outer.delegateFacts
        merged.notify = outer.notify + notify
        merged.checkMode = checkMode ?? outer.checkMode
        merged.diff = diff ?? outer.diff
        merged.anyErrorsFatal = anyErrorsFatal ?? outer.anyErrorsFatal
        merged.timeout = timeout ?? outer.timeout
        merged.throttle = throttle ?? outer.throttle
        return merged
    }
}
