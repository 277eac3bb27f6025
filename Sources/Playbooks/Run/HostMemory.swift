import Modules
import OrderedCollections
import Synchronization
import YAML

/// What is learned about a host while the run goes on: facts, registered results, counts. Read by other hosts' tasks too.
final class HostMemory: Sendable {
    let host: String
    private let state: Mutex<State>
    private let lookedUp = Mutex<[LookKey: Look]>([:])

    struct State {
        var facts = HostFacts()
        /// The facts as variables: `ansible_facts`, and each by itself as `ansible_…`.
        var factBindings: Bindings = ["ansible_facts": .value([:])]
        /// Those that `set_fact` has added by `cacheable`, without `ansible_`.
        var addedFacts: ValueMap = [:]
        /// `register` and `set_fact`, by name.
        var variables: Bindings = [:]
        /// `include_vars`, by name.
        var included: Bindings = [:]
        var recap: HostRecap
        /// Grows whenever a variable changes: what was prepared under another version may be stale.
        var version = 0
        /// Set when the host takes no further part.
        var isOut = false
        /// The plays that `meta: end_host` has ended for it.
        var endedPlays: Set<Int> = []
        /// In check mode: what would have been done by now.
        var pending: [PendingTask] = []
        /// In check mode: handlers that a task may notify which could not be decided, each with that task.
        var possibleHandlers: [Int: String] = [:]
        /// The entries of roles that it came through and whose tasks were not all skipped.
        var entries: Set<RoleEntry> = []
        var way = Way()
        /// Handlers that are notified and have not run.
        var owed: Set<OwedHandler> = []
        /// The numbers of those that an earlier run has left.
        var leftHandlers: Set<Int> = []
    }

    struct RoleEntry: Hashable {
        var play: Int
        /// As listed by `dependencies` or `roles`.
        var entry: Value
    }

    /// How far the host has come: what an interrupted run tells.
    struct Way {
        /// The tasks that were begun.
        var tasks: Set<LookKey> = []
        /// The plays that it is through with.
        var plays: Set<Int> = []
        var cutOff: TaskLabel?
        /// The host that works on at the task that was cut off.
        var goesOn: String?
    }

    /// What a later task would look at, as it was told under a version of the variables.
    struct Look: Sendable {
        var version: Int
        var items: [TaskLook]
    }

    struct LookKey: Hashable {
        var play: Int
        /// Its number, after those of the includes and items that it came by.
        var task: [Int]
    }

    init(host: String) {
        self.host = host
        state = Mutex(State(recap: HostRecap(host: host)))
    }

    func read<Result: Sendable>(_ body: (State) -> Result) -> Result { state.withLock { body($0) } }

    func update(_ body: (inout sending State) -> Void) { state.withLock { body(&$0) } }

    /// - Parameter task: in check mode, the task that has to be run before the value is known.
    func set(_ name: String, _ value: Value, hangsOn task: String? = nil) {
        state.withLock {
            $0.variables[name] = .learned(value, hangsOn: task)
            $0.version += 1
        }
    }

    func define(_ variables: [String: Node]) {
        state.withLock {
            for (name, node) in variables { $0.included[name] = .raw(node) }
            $0.version += 1
        }
    }

    func learn(_ facts: HostFacts) {
        state.withLock {
            $0.facts = facts
            $0.factBindings = Bindings(
                uniqueKeysWithValues: facts.values.compactMap { key, value in
                    key.string.map { ("ansible_" + $0, Binding.value(value)) }
                })
            $0.bindFacts()
        }
    }

    /// What a task sets as facts: below `ansible_facts` it stands over what the host says.
    func add(_ facts: ValueMap) {
        state.withLock {
            for (name, value) in facts {
                guard let name = name.string else { continue }
                $0.addedFacts[.string(name.hasPrefix("ansible_") ? String(name.dropFirst(8)) : name)] = value
            }
            $0.bindFacts()
        }
    }

    /// The host takes no further part.
    func takeOut(_ update: (inout State) -> Void = { _ in }) {
        state.withLock {
            $0.isOut = true
            update(&$0)
        }
    }

    /// Tells the tasks that come after a failure which a block around it rescues what it was.
    func note(_ failure: HostRun.Failure) {
        set("ansible_failed_task", failure.task)
        set("ansible_failed_result", failure.result)
    }

    /// Tells the rescuing tasks what failed; Ansible counts it as rescued, not as failed.
    func rescue(_ failure: HostRun.Failure) {
        note(failure)
        guard failure.isCounted else { return }
        state.withLock {
            $0.recap.rescued += 1
            $0.recap.failed -= 1
        }
    }

    func begin(_ task: PlaybookTask, of play: PlayContext) {
        let key = LookKey(play: play.index, task: [task.id])
        state.withLock { _ = $0.way.tasks.insert(key) }
    }

    /// What a task looks at, worked out anew only when a variable of the host has changed.
    func looks(_ key: LookKey, _ make: () -> [TaskLook]) -> [TaskLook] {
        let version = read(\.version)
        if let known = lookedUp.withLock({ $0[key] }), known.version == version { return known.items }
        let made = make()
        lookedUp.withLock { $0[key] = Look(version: version, items: made) }
        return made
    }
}

extension HostMemory.State {
    fileprivate mutating func bindFacts() {
        factBindings["ansible_facts"] = .value(.map(facts.values.merging(addedFacts) { _, added in added }))
        version += 1
    }
}
