import Jinja
import YAML

/// The tasks that every run of a play comes to, whatever is true on its hosts; conditions of their own aside.
struct CertainTasks {
    private var ids: Set<Int> = []
    /// A task before may end the play.
    private var mayHaveEnded = false

    /// Handlers are none: whether one is notified is not known.
    init(_ play: Play) {
        for section in play.sections { add(section) }
    }

    func contains(_ task: PlaybookTask) -> Bool { ids.contains(task.id) }

    private mutating func add(_ items: [Item]) {
        for item in items where !mayHaveEnded {
            switch item {
            case .task(let task): add(task)
            case .block(let block):
                // What fails in a block with a rescue is provided for.
                if block.rescue.isEmpty { add(block.body) }
                add(block.always)
            case .include(let include):
                add(include.task)
                if include.task.keywords.when.isEmpty, contains(include.task), let items = include.onlyChoice {
                    add(items)
                }
            }
        }
    }

    private mutating func add(_ task: PlaybookTask) {
        if task.isMeta, task.arguments.first?.value.string?.hasPrefix("end_") == true { mayHaveEnded = true }
        guard task.keywords.ignoreErrors == nil, !task.keywords.tags.contains("never") else { return }
        ids.insert(task.id)
    }
}

extension Keywords {
    /// Whether a loop, if there is one, has a turn for certain.
    var hasTurns: Bool { loop.map { $0.sequence?.isEmpty == false } ?? true }
}
