import OrderedCollections
package import Remote
package import YAML

/// A module of a task: its arguments, read into a typed value.
///
/// One of three kinds: `Convergent` (looks, then changes what differs), `Action` (always acts) and `LocalModule` (needs
/// no host). A new module is one file: a struct with its `spec`, an initializer, and the functions of its kind.
package protocol Module: Sendable {
    /// Names and arguments: what the static check and the documentation are made from.
    static var spec: ModuleSpec { get }

    /// - Throws: `Problem` for values that the spec's types cannot rule out (two arguments that exclude each other …).
    init(_ arguments: Arguments, in context: ModuleContext) throws

    /// What a task becomes: the runner makes modules by this. A module whose arguments decide its kind (`command` with
    /// and without `creates`) answers with another type here.
    static func make(_ arguments: Arguments, in context: ModuleContext) throws -> any Module
}

extension Module {
    package static func make(_ arguments: Arguments, in context: ModuleContext) throws -> any Module {
        try Self(arguments, in: context)
    }
}

/// A module that brings a host into a state: what it looks at, and what to change given what was seen. Both are pure.
package protocol Convergent: Module {
    /// What has to be seen to decide. Probes only read, so they may be made early and together with other tasks'.
    var probes: [any Probe] { get }

    /// True when probes look beyond this host (replication): then they are made again at the task's turn.
    var looksElsewhere: Bool { get }

    /// The changes that lead from the present state to the wanted one; none when nothing differs.
    /// - Throws: `ModuleFailure` when the wanted state can't be reached from here.
    func converge(_ findings: Findings) throws -> Convergence

    /// Why a change failed, by what its fragment answered; nil when it did not.
    func failure(of change: Change, _ reply: Reply) -> ModuleFailure?

    /// What `register` gets besides `changed`, after the changes were made.
    func result(of convergence: Convergence, replies: [Reply]) -> ValueMap
}

extension Convergent {
    package var looksElsewhere: Bool { false }
    package func failure(of change: Change, _ reply: Reply) -> ModuleFailure? {
        reply.succeeded ? nil : change.failure(reply)
    }
    package func result(of convergence: Convergence, replies: [Reply]) -> ValueMap { convergence.result }
}

/// A module that always acts (a command, a request, a release switch): never batched, skipped in check mode.
package protocol Action: Module {
    /// - Throws: `ModuleFailure`, `TransportError`.
    func act(on host: any ActionHost) async throws -> Outcome
    /// True for actions that only read (`uri` GET, `wait_for`): they run in check mode too.
    var onlyReads: Bool { get }
    /// What `register` gets in check mode, where it does not act.
    var resultInCheckMode: ValueMap { get }
}

extension Action {
    package var onlyReads: Bool { false }
    package var resultInCheckMode: ValueMap { ["rc": 0, "stdout": "", "stderr": "", "stdout_lines": []] }
}

/// A module that needs no host (`debug`, `assert`, `fail`, `set_fact`).
package protocol LocalModule: Module {
    /// - Throws: `ModuleFailure`.
    func evaluate() throws -> Outcome
}

/// What a convergent module wants done.
package struct Convergence: Sendable {
    package var changes: [Change]
    /// What `register` gets besides `changed`, as far as it is known before the changes.
    package var result: ValueMap

    package init(_ changes: [Change] = [], result: ValueMap = [:]) {
        self.changes = changes
        self.result = result
    }
}

/// One change of a host: a sentence for people, a diff for reviewers, a fragment that makes it.
package struct Change: Sendable, Hashable {
    /// `mode 0644 → 0640`, `install nginx 1.30.1`: lower case, no full stop.
    package var summary: String
    package var diff: TextDiff?
    package var fragment: Fragment
    /// What stands for the present state where there is no diff: the SHA-256 of the file that is replaced.
    package var basis: String?

    package init(_ summary: String, diff: TextDiff? = nil, basis: String? = nil, by fragment: Fragment) {
        self.summary = summary
        self.diff = diff
        self.basis = basis
        self.fragment = fragment
    }
}

/// Two versions of a text, for a unified diff; nil stands for "there is none".
package struct TextDiff: Sendable, Hashable {
    package var name: String
    package var before: String?
    package var after: String?

    package init(name: String, before: String?, after: String?) {
        self.name = name
        self.before = before
        self.after = after
    }
}

/// What an action or a local module did.
package struct Outcome: Sendable {
    package var changed: Bool
    package var result: ValueMap
    /// Variables to keep for the host (`set_fact`).
    package var facts: ValueMap
    /// The variables are facts too, below `ansible_facts`.
    package var areFacts = false
    /// Variables to keep for the host as they are written: templates in them are evaluated when they are read.
    package var definitions: [String: Node] = [:]
    /// Text for people: `debug`'s message.
    package var message: String?
    package var diffs: [TextDiff]

    package init(
        changed: Bool, result: ValueMap = [:], facts: ValueMap = [:], message: String? = nil, diffs: [TextDiff] = []
    ) {
        self.changed = changed
        self.result = result
        self.facts = facts
        self.message = message
        self.diffs = diffs
    }
}

/// Why a task failed: one sentence, and what `register` gets of it.
package struct ModuleFailure: Error, Sendable, CustomStringConvertible {
    package var message: String
    package var result: ValueMap
    /// What a fragment was doing that failed: `result` then has its status and output.
    package var doing: String?

    package init(_ message: String, result: ValueMap = [:]) {
        self.message = message
        self.result = result
    }

    package var description: String { message }
}
