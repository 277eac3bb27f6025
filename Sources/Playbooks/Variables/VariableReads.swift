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
        /// Whether it is check mode was asked.
        var checkMode = false
    }

    var tasks: [String] { state.withLock { $0.tasks } }
    var learned: Bool { state.withLock { $0.learned } }
    var otherHosts: Bool { state.withLock { $0.otherHosts } }
    var checkMode: Bool { state.withLock { $0.checkMode } }

    func note(hangsOn task: String?) {
        state.withLock {
            $0.learned = true
            if let task, !$0.tasks.contains(task) { $0.tasks.append(task) }
        }
    }

    func noteOtherHosts() { state.withLock { $0.otherHosts = true } }

    func noteCheckMode() { state.withLock { $0.checkMode = true } }
}
