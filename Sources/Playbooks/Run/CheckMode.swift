import Fleet
import Modules
import OrderedCollections
import YAML

/// What can't be told for certain in check mode, since earlier changes were not made.
extension Site {
    /// The tasks whose results a task has read although they are not known yet.
    func tasksInTheWay(of task: PlaybookTask, _ reads: VariableReads) -> [String] {
        guard reads.otherHosts else { return reads.tasks }
        // Through `hostvars` everything is read at once: what counts is what the task names.
        let text = task.text
        let others = inventory.hosts.keys.flatMap { host -> [String] in
            guard let memory = try? memory(of: host) else { return [] }
            return memory.read { state in
                state.variables.compactMap { name, binding in
                    guard case .learned(_, let hangsOn?) = binding, text.contains(name) else { return nil }
                    return hangsOn
                }
            }
        }
        return (reads.tasks + others).uniqued()
    }

    /// The changes that were not made on hosts, in check mode.
    func pending(on hosts: [String]) -> [PendingTask] {
        guard options.check else { return [] }
        return hosts.uniqued().flatMap { (try? memory(of: $0))?.read(\.pending) ?? [] }
    }
}

extension PlaybookTask {
    /// Everything that it says, for looking names up in.
    fileprivate var text: String {
        let nodes = arguments.map(\.value) + keywords.when + keywords.allVars.values + [keywords.loop].compactMap { $0 }
        return nodes.map { $0.value.json() }.joined(separator: "\n")
    }
}

extension ItemAttempt {
    /// In check mode a failure may come from a change that was not made, and so may finding nothing to do.
    func settled(_ end: ItemEnd, _ reads: VariableReads) -> ItemEnd {
        let hosts = [execution.host] + (end.report.delegate.map { [$0] } ?? [])
        let peers = end.looksElsewhere ? Array(site.inventory.hosts.keys) : []
        let pending = site.pending(on: peers + hosts)
        switch end.report.status {
        case .failed:
            let tasks = site.tasksInTheWay(of: task, reads)
            if !tasks.isEmpty { return .deferred(after: tasks, end.report.message) }
            // What needs no host and reads nothing that a task found out fails in any case.
            if task.isLocal, !reads.learned { return end }
            guard let cause = pending.cause(of: end.words, complaint: end.report.message ?? "") else { return end }
            var deferred = ItemEnd.deferred(after: [cause], end.report.message)
            deferred.report.delegate = end.report.delegate
            deferred.words = end.words
            return deferred
        case .ok, .changed:
            guard let writer = pending.writer(of: end.words) else { return end }
            var end = end
            end.hang(on: writer)
            return end
        case .skipped, .ignored, .deferred: return end
        }
    }
}

extension TaskExecution {
    /// What would have been done by now, here and where the task works, and whom it would tell.
    func keepPending(_ ends: TaskEnds, _ label: TaskLabel) throws {
        for end in ends.all where end.isPending && !task.isLocal {
            var pending = PendingTask(name: label.name, words: end.words)
            // It changes a line and leaves the others be.
            if task.module.spec.name == "ansible.builtin.lineinfile" { pending.words.touched = [] }
            for host in [host, end.report.delegate ?? host].uniqued() {
                try site.memory(of: host).update { [pending] in $0.pending.append(pending) }
            }
        }
        let possible = ends.possiblyNotified
        try site.memory(of: host).update { state in
            for handler in possible { state.possibleHandlers[handler] = label.name }
        }
    }
}
