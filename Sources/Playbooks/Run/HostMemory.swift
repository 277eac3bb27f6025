import Modules
import OrderedCollections
import Synchronization
import YAML

/// What is learned about a host while the run goes on: facts, registered results, counts. Read by other hosts' tasks too.
final class HostMemory: Sendable {
    let host: String
    private let state: Mutex<State>

    struct State {
        var facts = HostFacts()
        /// `register` and `set_fact`, by name.
        var variables: Bindings = [:]
        var recap: HostRecap
        /// Grows whenever a variable changes: what was prepared under another version may be stale.
        var version = 0
        /// Set when the host takes no further part.
        var isOut = false
        var pendingChanges: [String] = []
    }

    init(host: String) {
        self.host = host
        state = Mutex(State(recap: HostRecap(host: host)))
    }

    func read<Result: Sendable>(_ body: (State) -> Result) -> Result { state.withLock { body($0) } }

    func update(_ body: (inout sending State) -> Void) { state.withLock { body(&$0) } }

    func set(_ name: String, _ value: Value) {
        state.withLock {
            $0.variables[name] = .value(value)
            $0.version += 1
        }
    }

    func learn(_ facts: HostFacts) {
        state.withLock {
            $0.facts = facts
            $0.version += 1
        }
    }
}
