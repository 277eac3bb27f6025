import Synchronization

/// What a task has read, in check mode: the results of tasks that were not run are not what they will be.
final class VariableReads: Sendable {
    private let state = Mutex(State())

    struct State {
        /// The tasks whose results were read before they are known.
        var tasks: [String] = []
        /// Something that an earlier task found out was read.
        var learned = false
        var otherHosts = false
    }

    var tasks: [String] { state.withLock { $0.tasks } }
    var learned: Bool { state.withLock { $0.learned } }
    var otherHosts: Bool { state.withLock { $0.otherHosts } }

    func note(hangsOn task: String?) {
        state.withLock {
            $0.learned = true
            if let task, !$0.tasks.contains(task) { $0.tasks.append(task) }
        }
    }

    func noteOtherHosts() { state.withLock { $0.otherHosts = true } }
}
