import Diagnostics
import Modules

/// What an interrupted run has left to do on a host.
package struct Unfinished: Sendable, Hashable {
    package var host: String
    /// How many tasks were done there, whatever became of them.
    package var done: Int
    /// The task that was cut off in its middle.
    package var cutOff: TaskLabel?
    /// The host that finishes what it has begun of that task by itself.
    package var goesOn: String?
    /// The tasks that were not begun, in the order they would have been.
    package var left: [TaskLabel]
}

extension PlaybookRun {
    /// What is left of every host that could have gone on.
    func unfinished(_ plan: [[String]]) -> [Unfinished] {
        let hosts = plan.joined().map { $0 }.uniqued()
        return hosts.compactMap { host in
            guard let memory = try? site.memory(of: host) else { return nil }
            let way = memory.read { $0.isOut ? nil : $0.way }
            guard let way else { return nil }
            let left = playbook.plays.indices.filter { plan[$0].contains(host) && !way.plays.contains($0) }
                .flatMap { index in tasks(of: index).filter { !way.tasks.contains(.init(play: index, task: [$0.id])) } }
            guard !left.isEmpty || way.cutOff != nil else { return nil }
            return Unfinished(
                host: host, done: way.tasks.count - (way.cutOff == nil ? 0 : 1), cutOff: way.cutOff,
                goesOn: way.goesOn, left: left.map(\.writtenLabel))
        }
    }

    private func tasks(of play: Int) -> [PlaybookTask] {
        playbook.plays[play].sections.flatMap { $0.selected(by: site.options).expectedTasks }.filter { !$0.isMeta }
    }
}

extension PlaybookTask {
    /// The label before anything is templated.
    var writtenLabel: TaskLabel {
        TaskLabel(id: id, name: label, place: place, isHandler: false, module: module.spec.name)
    }
}
