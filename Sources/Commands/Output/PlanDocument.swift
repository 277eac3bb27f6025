import Diagnostics
import Modules
import OrderedCollections
import Playbooks
import YAML

/// A plan as one JSON document. Its form is in the manual: fields are added, never renamed.
struct PlanDocument {
    let value: Value

    init(_ plan: ChangePlan, playbook: String) {
        value = [
            "format": 1, "playbook": .string(playbook), "check": true,
            "changes": .int(plan.count(.changes)), "acts": .int(plan.count(.acts)), "later": .int(plan.count(.later)),
            "hosts": .list(Self.hosts(plan)),
            "tasks": .list(plan.entries.filter { !$0.note.isQuiet }.map(Self.task)),
            "failures": .list(plan.failures.map(Self.failure)),
        ]
    }

    private static func hosts(_ plan: ChangePlan) -> [Value] {
        (plan.recap.value["hosts"]?.list ?? []).map { host in
            guard case .map(var record) = host, let name = host["host"]?.string else { return host }
            for kind in [PlanNote.Kind.changes, .acts, .later] {
                record[.string(kind.rawValue)] = .int(plan.count(kind, on: name))
            }
            return .map(record)
        }
    }

    private static func task(_ entry: ChangePlan.Entry) -> Value {
        let report = entry.report
        var record = label(report)
        record["play"] = .string(entry.play)
        record["kind"] = .string(entry.note.kind.rawValue)
        record["handler"] = .bool(report.task.isHandler)
        if report.task.isOwed { record["owed"] = true }
        record["status"] = .string(report.status.rawValue)
        if let delegate = report.delegate { record["delegate"] = .string(delegate) }
        if !report.changes.isEmpty { record["changes"] = .list(report.changes.map(Value.string)) }
        if !entry.note.after.isEmpty { record["after"] = .list(entry.note.after.map(Value.string)) }
        let diffs = report.diffs.map { diff in
            Value.map(["name": .string(diff.name), "diff": .list(UnifiedDiff(diff).lines.map(Value.string))])
        }
        if !diffs.isEmpty { record["diffs"] = .list(diffs) }
        if let message = report.message { record["message"] = .string(message) }
        return .map(record)
    }

    private static func failure(_ report: TaskReport) -> Value {
        var record = label(report)
        record["message"] = .string(report.message ?? "")
        return .map(record)
    }

    private static func label(_ report: TaskReport) -> ValueMap {
        var record: ValueMap = [
            "host": .string(report.host), "task": .string(report.task.name), "module": .string(report.task.module),
            "place": .string(report.task.place.description),
        ]
        if let item = report.item { record["item"] = .string(item) }
        return record
    }
}
