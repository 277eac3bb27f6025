import Modules
import Diagnostics
import OrderedCollections
import Playbooks
import YAML

/// A run's event as data for programs.
struct EventRecord {
    let value: Value

    init(_ event: RunEvent) {
        switch event {
        case .playStarted(let name, let hosts):
            value = ["event": "play_started", "play": .string(name), "hosts": .list(hosts.map(Value.string))]
        case .hostConnected(let host, let after):
            value = ["event": "host_connected", "host": .string(host), "seconds": .float(after.inSeconds)]
        case .taskStarted(let host, let task):
            value = ["event": "task_started", "host": .string(host), "task": .string(task.name)]
        case .progress(let host, let task, let text):
            value = [
                "event": "progress", "host": .string(host), "task": .string(task.name), "text": .string(text),
            ]
        case .output(let host, let task, let lines, let isError):
            value = [
                "event": "output", "host": .string(host), "task": .string(task.name),
                "stream": isError ? "stderr" : "stdout", "lines": .list(lines.map(Value.string)),
            ]
        case .sent(let host, let task, let text):
            value = ["event": "sent", "host": .string(host), "task": .string(task.name), "text": .string(text)]
        case .taskFinished(let report): value = Self.record(report)
        case .hostLost(let host, let error):
            value = ["event": "host_lost", "host": .string(host), "error": .string(error)]
        case .handlersOwed(let host, let names):
            value = ["event": "handlers_owed", "host": .string(host), "handlers": .list(names.map(Value.string))]
        case .handlersKept(let host, let names):
            value = ["event": "handlers_kept", "host": .string(host), "handlers": .list(names.map(Value.string))]
        case .asked(let host, let question):
            value = ["event": "asked", "host": .string(host), "question": .string(question)]
        case .answered(let host, let agreed):
            value = ["event": "answered", "host": .string(host), "agreed": .bool(agreed)]
        case .handlersOrphaned(let host, let handlers):
            let list = handlers.map { Value.map(["handler": .string($0.name), "file": .string($0.file)]) }
            value = ["event": "handlers_orphaned", "host": .string(host), "handlers": .list(list)]
        case .stopping: value = ["event": "stopping"]
        case .interrupted(let hosts): value = ["event": "interrupted", "hosts": .list(hosts.map(\.value))]
        case .playFinished(let name): value = ["event": "play_finished", "play": .string(name)]
        }
    }

    private static func record(_ report: TaskReport) -> Value {
        var record: ValueMap = [
            "event": "task_finished", "host": .string(report.host), "task": .string(report.task.name),
            "handler": .bool(report.task.isHandler), "module": .string(report.task.module),
            "place": .string(report.task.place.description),
            "status": .string(report.status.rawValue), "seconds": .float(report.duration.inSeconds),
        ]
        if report.task.isOwed { record["owed"] = true }
        if let item = report.item { record["item"] = .string(item) }
        if let message = report.message { record["message"] = .string(message) }
        if let delegate = report.delegate { record["delegate"] = .string(delegate) }
        if let arguments = report.arguments { record["arguments"] = arguments }
        if let command = FailedCommand(report) {
            if let text = command.command { record["command"] = .string(text) }
            record["exit_status"] = .int(command.status)
            record["output"] = .list(command.output.map(Value.string))
        }
        if !report.changes.isEmpty { record["changes"] = .list(report.changes.map(Value.string)) }
        let diffs = report.diffs.map { diff in
            Value.map(["name": .string(diff.name), "diff": .list(UnifiedDiff(diff).lines.map(Value.string))])
        }
        if !diffs.isEmpty { record["diffs"] = .list(diffs) }
        return .map(record)
    }
}

extension Unfinished {
    /// As data.
    var value: Value {
        var record: ValueMap = ["host": .string(host), "done": .int(done), "left": .list(left.map(\.value))]
        if let cutOff { record["cut_off"] = cutOff.value }
        if let goesOn { record["goes_on_on"] = .string(goesOn) }
        return .map(record)
    }
}

extension TaskLabel {
    fileprivate var value: Value { ["task": .string(name), "place": .string(place.description)] }
}

extension Recap {
    /// The counts as data.
    var value: Value {
        .map([
            "hosts": .list(
                hosts.map { host in
                    var record: ValueMap = [
                        "host": .string(host.host), "ok": .int(host.ok), "changed": .int(host.changed),
                        "failed": .int(host.failed), "skipped": .int(host.skipped), "rescued": .int(host.rescued),
                        "ignored": .int(host.ignored), "deferred": .int(host.deferred),
                    ]
                    if let reason = host.unreachable { record["unreachable"] = .string(reason) }
                    return .map(record)
                })
        ])
    }
}

extension Duration {
    var inSeconds: Double {
        let exact = Double(components.seconds) + Double(components.attoseconds) / 1e18
        return (exact * 1000).rounded() / 1000
    }
}
