import Diagnostics
import OrderedCollections
package import YAML

/// A plan as it lies in a file: what may be done, and digests of all that it was made from. No contents of files, and
/// no secrets but as digests with a key.
package struct SavedPlan: Sendable {
    /// Of the file's form.
    package static let format = 1

    package var tool: String
    /// When it was made, as ISO 8601 in UTC.
    package var made: String
    /// What the command line said, for the command to read again.
    package var origin: Value
    package let hosts: [String]
    let entries: [Entry]
    let rescues: Set<Int>
    let project: ProjectState
    let seal: PlanSeal
    private let byKey: [PlanKey: Entry]

    struct Entry: Sendable {
        var key: PlanKey
        var kind: PlanNote.Kind
        var task: String
        var place: String
        var item: String?
        var changes: [String]
        var after: [String]
        var seal: String?
        var isQuiet: Bool
    }

    init(
        tool: String, made: String, origin: Value, hosts: [String], entries: [Entry], rescues: Set<Int>,
        project: ProjectState, seal: PlanSeal
    ) {
        self.tool = tool
        self.made = made
        self.origin = origin
        self.hosts = hosts
        self.entries = entries
        self.rescues = rescues
        self.project = project
        self.seal = seal
        byKey = Dictionary(entries.map { ($0.key, $0) }) { first, later in first.kind == .later ? first : later }
    }

    /// What it has for a task: for one item, or for the whole of a task that can't be told yet.
    func entry(_ key: PlanKey) -> Entry? {
        if let entry = byKey[key] { return entry }
        if let whole = byKey[key.whole], whole.kind == .later { return whole }
        // Whether they are run can't be known: something has to fail first.
        guard rescues.contains(key.task), hosts.contains(key.host) else { return nil }
        return Entry(key: key, kind: .later, task: "", place: "", changes: [], after: [], isQuiet: true)
    }

    /// How many changes it has.
    package var changes: Int { entries.count { $0.kind == .changes } }
}

extension SavedPlan {
    /// - Parameters:
    ///   - made: when, as ISO 8601.
    ///   - origin: what the command line said.
    package init(
        _ plan: ChangePlan, of playbook: Playbook, project: ProjectSources, tool: String, made: String, origin: Value
    ) {
        let seal = PlanSeal()
        self.init(
            tool: tool, made: made, origin: origin, hosts: plan.recap.hosts.map(\.host),
            entries: plan.entries.map { Entry($0, seal) }, rescues: playbook.rescues, project: project.state(seal),
            seal: seal)
    }

    /// What has changed in the inventory and the command line's variables since the plan was made, a sentence each.
    package func differences(from now: ProjectSources) -> [String] {
        var state = now.state(seal)
        state.files = project.files
        return project.differences(from: state)
    }

    /// The same of the files that the plan was made from, before any is loaded.
    package func changedFiles(_ files: any ProjectFiles) -> [String] {
        let noted = NotedFiles(files)
        for path in project.files.keys { _ = noted.read(path) }
        var now = project
        now.files = noted.digests.mapValues { $0.map { seal.code($0) } }
        return project.differences(from: now)
    }
}

extension SavedPlan.Entry {
    fileprivate init(_ entry: ChangePlan.Entry, _ seal: PlanSeal) {
        key = entry.key
        kind = entry.note.kind
        task = entry.report.task.name
        place = entry.report.task.place.description
        item = entry.report.item
        changes = entry.report.changes
        after = entry.note.after
        self.seal = entry.note.digest.map { seal.code($0) }
        isQuiet = entry.note.isQuiet
    }
}

extension Playbook {
    /// The tasks that are run only when others fail.
    fileprivate var rescues: Set<Int> {
        func rescues(_ items: [Item]) -> [Int] {
            items.flatMap { item -> [Int] in
                switch item {
                case .task: []
                case .block(let block): block.rescue.allTasks.map(\.id) + rescues(block.body) + rescues(block.always)
                case .include(let include): include.choices.values.flatMap(rescues)
                }
            }
        }
        return Set(plays.flatMap { $0.sections.flatMap(rescues) })
    }
}
