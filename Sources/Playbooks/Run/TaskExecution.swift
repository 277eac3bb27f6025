import Diagnostics
import Modules
import OrderedCollections
import Remote
import YAML

/// One task on one host, from its variables to its report.
struct TaskExecution: Sendable {
    let task: PlaybookTask
    let run: HostRun
    let isHandler: Bool
    /// The tasks to come, for looking ahead.
    let ahead: [TaskAhead]

    var site: Site { run.context.site }
    var host: String { run.host }

    init(task: PlaybookTask, run: HostRun, isHandler: Bool, ahead: [TaskAhead]) {
        self.task = task
        self.run = run
        self.isHandler = isHandler
        self.ahead = ahead
    }

    /// - Returns: the handlers that the task notified.
    /// - Throws: `HostRun.Stop.failed`, `TransportError`.
    func perform() async throws -> Set<Int> {
        let source = ScopeSource(site: site, host: host, play: run.context, task: task)
        let label = label(source)
        await site.tell(.taskStarted(host: host, task: label))
        var ends: [ItemEnd] = []
        do {
            let items = try loopItems(source)
            for (index, item) in (items ?? [.null]).enumerated() {
                let attempt = ItemAttempt(
                    execution: self, label: label, item: items == nil ? nil : item, index: index,
                    rest: Array((items ?? []).dropFirst(index + 1)), source: source)
                let end = try await attempt.run()
                ends.append(end)
                await report(end, label: label)
            }
            if let items, items.isEmpty { await report(.skipped("the loop is empty"), label: label) }
            register(ends, looped: items != nil)
        } catch let problem as Problem {
            let end = isUncertain ? ItemEnd.deferred(problem.message) : ItemEnd.failure(problem.description)
            ends.append(end)
            await report(end, label: label)
            register(ends, looped: false)
        }
        if ends.contains(where: { $0.report.status == .failed }) { throw HostRun.Stop.failed }
        guard ends.contains(where: { $0.report.status == .changed }) else { return [] }
        return try handlers(source.scope())
    }

    /// In check mode, an earlier change that was not made may be why something is missing now.
    var isUncertain: Bool {
        site.options.check && (try? site.memory(of: host))?.read { !$0.pendingChanges.isEmpty } == true
    }

    private func label(_ source: ScopeSource) -> TaskLabel {
        var name = task.label
        if let node = task.name, case .string(let text)? = try? site.templating.value(of: node, in: source.scope()) {
            name = task.roleName.map { "\($0) : \(text)" } ?? text
        }
        return TaskLabel(
            id: task.id, name: name, place: task.place, isHandler: isHandler,
            module: task.module.spec.name)
    }

    /// The values of the loop; nil when the task has none.
    private func loopItems(_ source: ScopeSource) throws -> [Value]? {
        try Loop(task.keywords, templating: site.templating)?.items(in: source.scope())
    }

    private func report(_ end: ItemEnd, label: TaskLabel) async {
        var report = end.report
        report.result = end.result
        report.host = host
        report.task = label
        if let memory = try? site.memory(of: host) {
            let status = report.status
            memory.update {
                $0.recap.count(status)
                if status == .changed || status == .deferred { $0.pendingChanges.append(label.name) }
            }
        }
        await site.tell(.taskFinished(report))
    }

    private func register(_ ends: [ItemEnd], looped: Bool) {
        guard let name = task.keywords.register, let memory = try? site.memory(of: host) else { return }
        guard looped else {
            memory.set(name, ends.last?.result ?? .null)
            return
        }
        let statuses = ends.map(\.report.status)
        var result: ValueMap = [
            "results": .list(ends.map(\.result)), "changed": .bool(statuses.contains(.changed)),
            "failed": .bool(statuses.contains(.failed)), "msg": "All items completed",
        ]
        if statuses.allSatisfy({ $0 == .skipped }) { result["skipped"] = true }
        memory.set(name, .map(result))
    }

    /// The handlers that `notify` names, by name or by a topic they listen to.
    private func handlers(_ scope: VariableScope) throws -> Set<Int> {
        let all = run.context.play.handlers
        var found: Set<Int> = []
        for node in task.keywords.notify {
            let name = try site.templating.text(node, in: scope, what: "notify")
            let listening = all.filter { $0.keywords.listen.contains(name) }
            let named = all.first { $0.name?.string == name || $0.label == name }
            found.formUnion((listening + (named.map { [$0] } ?? [])).map(\.id))
        }
        return found
    }
}

/// How one item of a task ended: the report for people, the result for `register`.
struct ItemEnd: Sendable {
    var report: TaskReport
    var result: Value

    private init(_ status: TaskReport.Status, _ message: String?, result: ValueMap) {
        report = TaskReport(
            host: "", task: TaskLabel(id: 0, name: "", place: Place(file: "", line: 0, column: 0), isHandler: false),
            status: status, message: message)
        self.result = .map(result)
    }

    init(_ report: TaskReport, result: ValueMap) {
        self.report = report
        self.result = .map(result)
    }

    static func skipped(_ why: String) -> ItemEnd {
        ItemEnd(.skipped, why, result: ["changed": false, "skipped": true, "skip_reason": .string(why)])
    }

    static func deferred(_ why: String) -> ItemEnd {
        ItemEnd(.deferred, why, result: ["changed": true, "failed": false])
    }

    static func failure(_ why: String) -> ItemEnd {
        ItemEnd(.failed, why, result: ["changed": false, "failed": true, "msg": .string(why)])
    }

    static func blank(_ status: TaskReport.Status) -> TaskReport { ItemEnd(status, nil, result: [:]).report }
}
