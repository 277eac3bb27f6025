package import Diagnostics
package import OrderedCollections
package import YAML

/// A playbook file, read and checked for its form; nothing is templated yet.
package struct Playbook: Sendable {
    package var file: String
    /// The folder that relative files are looked for in.
    package var directory: String
    package var plays: [Play]
}

/// Raw variables: nodes that may hold templates, by name.
package typealias RawVariables = OrderedDictionary<String, Node>

package struct Play: Sendable {
    package var name: String?
    package var place: Place
    /// The host pattern as written, and where.
    package var hosts: String
    /// The same, pattern by pattern: a list may mix both separators.
    package var hostPatterns: [String]
    package var hostsPlace: Place
    /// The folder of the file it stands in: its roles, templates and files are looked for there.
    package var directory: String
    package var vars: RawVariables = [:]
    package var varsFiles: [Node] = []
    package var roles: [Role] = []
    package var preTasks: [Item] = []
    /// The roles' tasks first, then the play's own.
    package var tasks: [Item] = []
    package var postTasks: [Item] = []
    package var handlers: [PlaybookTask] = []
    package var serial: [BatchSize] = []
    /// In place of `serial`: a template that gives it when the play begins.
    package var serialTemplate: Node?
    package var order: HostOrder = .inventory
    package var maxFailPercentage: Double?
    package var forceHandlers = false
    package var strategy: Strategy = .free
    package var gatherFacts = true
    package var keywords = Keywords()

    package enum Strategy: String, Sendable, CaseIterable { case linear, free }

    /// The sections in the order they run; handlers are flushed after each.
    package var sections: [[Item]] { [preTasks, tasks, postTasks] }
}

/// In which order a play takes its hosts.
package enum HostOrder: String, Sendable, CaseIterable {
    case inventory
    case reverse = "reverse_inventory"
    case sorted
    case reverseSorted = "reverse_sorted"

    package func ordered(_ hosts: [String]) -> [String] {
        switch self {
        case .inventory: hosts
        case .reverse: hosts.reversed()
        case .sorted: hosts.sorted()
        case .reverseSorted: hosts.sorted().reversed()
        }
    }
}

/// How many hosts a `serial` batch takes.
package enum BatchSize: Sendable, Hashable {
    case hosts(Int)
    case percent(Double)

    /// - Returns: nil for what is neither a number of hosts nor a percentage.
    package init?(_ value: Value) {
        switch value {
        case .int(let count) where count > 0: self = .hosts(count)
        case .string(let text):
            if text.hasSuffix("%"), let share = Double(text.dropLast()), share > 0 {
                self = .percent(share)
            } else if let count = Int(text), count > 0 {
                self = .hosts(count)
            } else {
                return nil
            }
        default: return nil
        }
    }

    /// Hosts of a batch out of so many: at least one.
    package func count(of total: Int) -> Int {
        switch self {
        case .hosts(let count): max(1, count)
        case .percent(let share): max(1, Int(Double(total) * share / 100))
        }
    }
}

extension Play {
    /// The hosts that tasks name outright to do their work; who is named by a template is known when it is run.
    var delegates: [String] {
        (sections.flatMap(\.allTasks) + handlers).compactMap { $0.keywords.delegateTo }
            .filter { !$0.isTemplated }.compactMap(\.string).uniqued()
    }
}

/// What a role brings besides its tasks and handlers, which stand in the play's own lists.
package struct Role: Sendable {
    package var name: String
    package var directory: String
    package var defaults: RawVariables
    package var vars: RawVariables
    /// Its variables are seen by all tasks of the play, not by its own only.
    package var isPublic = true
}

/// A task, a block of them, or tasks that are chosen while the run goes on.
package indirect enum Item: Sendable {
    case task(PlaybookTask)
    case block(Block)
    case include(Include)
}

package struct Block: Sendable {
    package var name: String?
    package var place: Place
    package var body: [Item]
    package var rescue: [Item]
    package var always: [Item]
    /// Of a role that others depend on: who has come through an entry like this one passes the block over.
    var entry: Value?
}

extension [Item] {
    /// Every task inside, blocks opened: body, rescue, always.
    package var allTasks: [PlaybookTask] {
        flatMap { item in
            switch item {
            case .task(let task): [task]
            case .block(let block): block.body.allTasks + block.rescue.allTasks + block.always.allTasks
            case .include(let include): [include.task] + include.choices.values.flatMap(\.allTasks)
            }
        }
    }

    /// The tasks met when nothing fails: blocks opened without their rescue.
    package var expectedTasks: [PlaybookTask] {
        flatMap { item in
            switch item {
            case .task(let task): [task]
            case .block(let block): block.body.expectedTasks + block.always.expectedTasks
            case .include(let include): [include.task] + (include.onlyChoice?.expectedTasks ?? [])
            }
        }
    }
}
