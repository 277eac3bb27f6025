import Diagnostics
import Modules
import OrderedCollections
import YAML

/// How one item of a task ended: the report for people, the result for `register`.
struct ItemEnd: Sendable {
    var report: TaskReport
    var result: Value
    /// What `set_fact` sets, and for which host if not the task's own.
    var facts: ValueMap = [:]
    var factsHost: String?
    /// They are below `ansible_facts` too.
    var areFacts = false
    /// What `include_vars` defines.
    var definitions: [String: Node] = [:]
    /// The handlers it notifies.
    var notified: Set<Int> = []
    /// In check mode: the handlers it may notify, since it can't be told whether it changes anything.
    var possiblyNotified: Set<Int> = []
    /// It would do something that check mode keeps it from: what comes after can't be told for certain.
    var isPending = false
    /// Its result is not what it will be.
    var isUnknown = false
    /// What it is about.
    var words = TaskWords()
    /// Its module looked at other hosts too.
    var looksElsewhere = false

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

    static func unmet(_ condition: Node) -> ItemEnd {
        var end = skipped("when: \(condition.scalar?.text ?? "false")")
        end.add("skip_reason", "Conditional result was False")
        end.add("false_condition", condition.value)
        return end
    }

    /// What a run makes of it can't be told.
    static func unmetInCheckMode(_ condition: Node) -> ItemEnd {
        var end = unmet(condition)
        end.report.message = "known when it is run: \(end.report.message ?? "")"
        end.report.plan = PlanNote(.later)
        end.isPending = true
        end.isUnknown = true
        return end
    }

    /// - Parameters:
    ///   - tasks: the earlier tasks that it hangs on.
    ///   - why: what is in the way for now.
    static func deferred(after tasks: [String], _ why: String? = nil) -> ItemEnd {
        let known = "known after \(tasks.map { "'\($0)'" }.joined(separator: " and "))"
        var end = ItemEnd(
            .deferred, why.map { "\(known): \($0)" } ?? known, result: ["changed": true, "failed": false])
        end.report.plan = PlanNote(.later, after: tasks)
        end.isPending = true
        end.isUnknown = true
        return end
    }

    static func failure(_ why: String) -> ItemEnd {
        ItemEnd(.failed, why, result: ["changed": false, "failed": true, "msg": .string(why)])
    }

    static func failure(_ failure: ModuleFailure) -> ItemEnd {
        var end = ItemEnd.failure(failure.message)
        end.report.doing = failure.doing
        for (name, value) in failure.result { end.add(name.string ?? "", value) }
        end.add("failed", true)
        return end
    }

    static func blank(_ status: TaskReport.Status) -> TaskReport { ItemEnd(status, nil, result: [:]).report }

    var hasChanged: Bool { result["changed"] == .bool(true) }

    /// The result as reports may show it.
    var shownResult: Value {
        guard report.noLog else { return result }
        return [
            "censored": "the output has been hidden: no_log is set for this task",
            "changed": .bool(hasChanged), "failed": .bool(result["failed"] == .bool(true)),
        ]
    }

    mutating func add(_ name: String, _ value: Value) {
        guard case .map(var map) = result else { return }
        map[.string(name)] = value
        result = .map(map)
    }

    /// Decided now, and still not for certain: a task before it would have changed what it is about.
    mutating func hang(on task: String) {
        if report.status == .ok {
            let before = self
            self = .deferred(after: [task])
            report.delegate = before.report.delegate
            words = before.words
        } else {
            report.plan?.after = [task]
        }
    }

    /// Whom a file is to belong to is known only after a task that would make the account; the text is known now.
    mutating func hang(on task: String, forLackOf account: AccountName) {
        let before = self
        self = .deferred(after: [task], "there is no \(account.text) yet")
        report.diffs = before.report.diffs
        words = before.words
    }

    mutating func fail(_ message: String) {
        report.status = .failed
        report.message = message
        add("failed", true)
        if result["msg"] == nil || result["msg"] == "" { add("msg", .string(message)) }
    }

    /// `no_log`: that something was done is told, what it was about is not.
    mutating func hide() {
        report.noLog = true
        report.item = nil
        report.doing = nil
        report.arguments = nil
        report.diffs = []
        report.changes = report.changes.isEmpty ? [] : ["(hidden: no_log)"]
        if report.message != nil { report.message = "(hidden: no_log)" }
    }
}

/// How the items of one task ended on one host.
struct TaskEnds: Sendable {
    var all: [ItemEnd] = []
    var isLoop = false
    /// Items are left, because the run was told to stop.
    var isCutOff = false

    /// What the whole task counts as.
    var status: TaskReport.Status {
        let statuses = Set(all.map(\.report.status))
        let strongestFirst: [TaskReport.Status] = [.failed, .ignored, .changed, .deferred, .ok]
        return strongestFirst.first(where: statuses.contains) ?? .skipped
    }

    var hasChanged: Bool { all.contains(where: \.hasChanged) }

    /// A task that failed notifies nobody, even where the failure is ignored.
    var notified: Set<Int> {
        status == .changed ? all.reduce(into: []) { $0.formUnion($1.notified) } : []
    }

    var possiblyNotified: Set<Int> { all.reduce(into: []) { $0.formUnion($1.possiblyNotified) } }

    /// What `register` gets.
    var registered: Value {
        guard isLoop else { return all.last?.result ?? .null }
        guard !all.isEmpty else {
            return ["changed": false, "skipped": true, "skipped_reason": "No items in the list", "results": []]
        }
        let isSkipped = all.allSatisfy { $0.report.status == .skipped }
        var result: ValueMap = ["results": .list(all.map(\.result)), "skipped": .bool(isSkipped)]
        result["msg"] = isSkipped ? "All items skipped" : "All items completed"
        if all.contains(where: { $0.result["failed"] == .bool(true) }) {
            result["failed"] = true
            result["msg"] = "One or more items failed"
        }
        result["changed"] = .bool(hasChanged)
        return .map(result)
    }
}
