import Diagnostics
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

    /// What the name, as evaluated, means: a role, or a file below the folders that it is looked for in.
    /// - Parameters:
    ///   - folder: the playbook's.
    ///   - files: tell whether two paths mean one file: what a lookup finds is absolute, a playbook's path may not be.
    func choice(named name: String, playbook folder: String, files: any ProjectFiles) -> [Item]? {
        if let role = choices[name] { return role }
        let folders =
            [ProjectPath.directory(of: task.place.file)] + (task.roleDirectory.map { ["\($0)/tasks"] } ?? []) + [folder]
        let paths = folders.map { ProjectPath.join($0, name) } + [ProjectPath.folded(name)]
        if let items = paths.lazy.compactMap({ choices[$0] }).first { return items }
        guard name.contains("/") || choices.keys.contains(where: { $0.hasPrefix("/") }) else { return nil }
        let wanted = files.resolved(name)
        return choices.first { files.resolved($0.key) == wanted }?.value
    }

    /// The number of the last task that it may include.
    package var lastID: Int { ([task.id] + choices.values.flatMap(\.allTasks).map(\.id)).max() ?? task.id }
}

extension [Item] {
    /// The same tasks as one item of an include sees them.
    /// - Parameters:
    ///   - variables: the include's item.
    ///   - level: how many includes are around that one.
    ///   - path: the include's, and the item's number.
    func included(with variables: RawVariables, level: Int, at path: [Int]) -> [Item] {
        map { item in
            switch item {
            case .task(let task): .task(task.included(with: variables, level: level, at: path))
            case .block(var block):
                {
                    block.body = block.body.included(with: variables, level: level, at: path)
                    block.rescue = block.rescue.included(with: variables, level: level, at: path)
                    block.always = block.always.included(with: variables, level: level, at: path)
                    return .block(block)
                }()
            case .include(let include):
                .include(
                    Include(
                        task: include.task.included(with: variables, level: level, at: path),
                        choices: include.choices.mapValues { $0.included(with: variables, level: level, at: path) }))
            }
        }
    }
}

extension PlaybookTask {
    fileprivate func included(with variables: RawVariables, level: Int, at path: [Int]) -> PlaybookTask {
        var task = self
        task.keywords.includeVars[level].merge(variables) { _, item in item }
        task.path = path
        return task
    }
}
