package import OrderedCollections
import YAML

/// `include_tasks` or `include_role`: which tasks, how often and with which variables is told while the run goes on. All
/// that it may choose from is read with the playbook, so that it is checked like everything else.
package struct Include: Sendable {
    /// Its own conditions, loop and tags; what is included does not inherit them.
    package var task: PlaybookTask
    /// By the path of the file, or the name of the role.
    package var choices: OrderedDictionary<String, [Item]>

    /// What is included for certain, and once; nil when that is not known before the run.
    package var onlyChoice: [Item]? {
        task.keywords.loop == nil && choices.count == 1 ? choices.values.first : nil
    }

    /// The number of the last task that it may include.
    package var lastID: Int { ([task.id] + choices.values.flatMap(\.allTasks).map(\.id)).max() ?? task.id }
}

extension [Item] {
    /// The same tasks as one item of an include sees them.
    /// - Parameters:
    ///   - variables: the include's item; a task's own variables win over them.
    ///   - path: the include's, and the item's number.
    func included(with variables: RawVariables, at path: [Int]) -> [Item] {
        map { item in
            switch item {
            case .task(let task): .task(task.included(with: variables, at: path))
            case .block(var block):
                {
                    block.body = block.body.included(with: variables, at: path)
                    block.rescue = block.rescue.included(with: variables, at: path)
                    block.always = block.always.included(with: variables, at: path)
                    return .block(block)
                }()
            case .include(let include):
                .include(
                    Include(
                        task: include.task.included(with: variables, at: path),
                        choices: include.choices.mapValues { $0.included(with: variables, at: path) }))
            }
        }
    }
}

extension PlaybookTask {
    fileprivate func included(with variables: RawVariables, at path: [Int]) -> PlaybookTask {
        var task = self
        task.keywords.vars = variables.merging(keywords.vars) { _, own in own }
        task.path = path
        return task
    }
}
