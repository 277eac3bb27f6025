package import Diagnostics
package import Modules
package import YAML

/// What happens in a run, for whoever shows or records it.
package enum RunEvent: Sendable {
    case playStarted(name: String, hosts: [String])
    case hostConnected(host: String, after: Duration)
    /// Handlers that an earlier run has left undone will be run.
    case handlersOwed(host: String, handlers: [String])
    /// Handlers that were notified and did not run: the host keeps them for the next run.
    case handlersKept(host: String, handlers: [String])
    /// Handlers that an earlier run has left undone and that the playbook's plays and roles have no more, each with the
    /// file on the host that stands for it.
    case handlersOrphaned(host: String, handlers: [(name: String, file: String)])
    case taskStarted(host: String, task: TaskLabel)
    case progress(host: String, task: TaskLabel, text: String)
    /// Whole lines that a task has printed, while it runs.
    case output(host: String, task: TaskLabel, lines: [String], isError: Bool)
    /// What is sent to a host.
    case sent(host: String, task: TaskLabel, text: String)
    case taskFinished(TaskReport)
    case hostLost(host: String, error: String)
    case playFinished(name: String)
    /// The person at the terminal is asked for a yes, and the run waits for the answer.
    case asked(host: String, question: String)
    case answered(host: String, agreed: Bool)
    /// The run was asked to end: hosts finish what they have begun.
    case stopping
    /// The run was interrupted: what is left, host by host.
    case interrupted([Unfinished])
}

/// A task as people see it.
package struct TaskLabel: Sendable, Hashable {
    package var id: Int
    package var name: String
    package var place: Place
    package var isHandler: Bool
    /// The module's full name.
    package var module = ""
    /// A handler that an earlier run has left undone.
    package var isOwed = false
}

/// How a task ended on a host.
package struct TaskReport: Sendable {
    package enum Status: String, Sendable {
        case ok, changed, failed, skipped, ignored
        /// In check mode: what it would do hangs on an earlier change that was not made.
        case deferred
    }

    package var host: String
    package var task: TaskLabel
    /// The loop's item as labelled, or nil.
    package var item: String?
    package var status: Status
    /// Sentences of what was (or would be) changed.
    package var changes: [String] = []
    package var diffs: [TextDiff] = []
    /// Why it failed, was skipped or deferred; what `debug` says.
    package var message: String?
    /// What a fragment was doing that failed; its status and output are in the result.
    package var doing: String?
    package var result: Value = .null
    /// Its arguments as they are for this host and item; only where they were asked for.
    package var arguments: Value?
    package var duration: Duration = .zero
    /// A host that this task was done on instead.
    package var delegate: String?
    package var noLog = false
    /// It read a secret that is empty or so short that the one it replaces can't be told by its place.
    var readsShortSecret = false
    /// `diff: true`: its differences are shown even where nobody asked for differences.
    package var showsDiffs = false
    /// In check mode: what a plan makes of it.
    package var plan: PlanNote?
}

package protocol RunObserver: Sendable {
    func observe(_ event: RunEvent) async
}

/// The counts of a host over a whole run, in Ansible's words.
package struct HostRecap: Sendable, Hashable {
    package var host: String
    package var ok = 0
    package var changed = 0
    package var failed = 0
    package var skipped = 0
    package var rescued = 0
    package var ignored = 0
    package var deferred = 0
    /// Why the host could not be reached, if so.
    package var unreachable: String?

    package init(host: String) { self.host = host }

    mutating func count(_ status: TaskReport.Status) {
        switch status {
        case .ok: ok += 1
        case .changed:
            ok += 1
            changed += 1
        case .failed: failed += 1
        case .skipped: skipped += 1
        case .ignored:
            ok += 1
            ignored += 1
        case .deferred: deferred += 1
        }
    }
}

/// How a run ended, host by host in the inventory's order.
package struct Recap: Sendable, Hashable {
    package var hosts: [HostRecap]

    package init(hosts: [HostRecap]) { self.hosts = hosts }

    package var changed: Int { hosts.reduce(0) { $0 + $1.changed } }
    package var failed: Bool { hosts.contains { $0.failed > 0 } }
    package var unreachable: Bool { hosts.contains { $0.unreachable != nil } }
}
