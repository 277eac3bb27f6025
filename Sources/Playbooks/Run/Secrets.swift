import Fleet
import Modules
import OrderedCollections
import Remote
import Synchronization
import YAML

/// The secrets of a run, by value: wherever one turns up in what is shown, asterisks stand in its place.
final class Secrets: Sendable {
    private let redactor: Mutex<Redactor>
    private let names = SecretNames()

    init(_ options: RunOptions) {
        redactor = Mutex(Redactor([options.password, options.becomePassword].compactMap { $0?.reveal() }))
    }

    func add(_ text: String) { redactor.withLock { $0.insert(text) } }

    /// Every text below a variable whose name says it is secret, as it is for a host.
    func learn(from scope: VariableScope) {
        for name in scope.names where name != "hostvars" {
            guard names.contains(name), let value = try? scope.value(of: name) else { continue }
            learn(value)
        }
    }

    func learn(_ value: Value) {
        switch value {
        case .string(let text): add(text)
        case .int(let number): add(String(number))
        case .list(let items): items.forEach(learn)
        case .map(let entries): entries.values.forEach(learn)
        case .null, .bool, .float: break
        }
    }

    /// The secrets known by now.
    var present: Redactor { redactor.withLock { $0 } }

    func redacted(_ text: String) -> String { redactor.withLock { $0 }.redact(text) }

    func redacted(_ event: RunEvent) -> RunEvent {
        let redactor = redactor.withLock { $0 }
        switch event {
        case .taskFinished(let report): return .taskFinished(redacted(report, by: redactor))
        case .progress(let host, let task, let text):
            return .progress(host: host, task: redacted(task, by: redactor), text: redactor.redact(text))
        case .output(let host, let task, let lines, let isError):
            return .output(
                host: host, task: redacted(task, by: redactor), lines: lines.map(redactor.redact), isError: isError)
        case .sent(let host, let task, let text):
            return .sent(host: host, task: redacted(task, by: redactor), text: redactor.redact(text))
        case .taskStarted(let host, let task):
            return .taskStarted(host: host, task: redacted(task, by: redactor))
        case .handlersOwed(let host, let names):
            return .handlersOwed(host: host, handlers: names.map(redactor.redact))
        case .handlersOrphaned(let host, let handlers):
            return .handlersOrphaned(host: host, handlers: handlers.map { (redactor.redact($0.name), $0.file) })
        case .handlersKept(let host, let names):
            return .handlersKept(host: host, handlers: names.map(redactor.redact))
        case .hostLost(let host, let error): return .hostLost(host: host, error: redactor.redact(error))
        case .interrupted(let hosts): return .interrupted(hosts.map { redacted($0, by: redactor) })
        case .playStarted, .playFinished, .hostConnected, .stopping, .answered: return event
        case .asked(let host, let question): return .asked(host: host, question: redacted(question))
        }
    }

    private func redacted(_ task: TaskLabel, by redactor: Redactor) -> TaskLabel {
        var task = task
        task.name = redactor.redact(task.name)
        return task
    }

    private func redacted(_ host: Unfinished, by redactor: Redactor) -> Unfinished {
        var host = host
        host.cutOff = host.cutOff.map { redacted($0, by: redactor) }
        host.left = host.left.map { redacted($0, by: redactor) }
        return host
    }

    private func redacted(_ report: TaskReport, by redactor: Redactor) -> TaskReport {
        var report = report
        report.task = redacted(report.task, by: redactor)
        report.item = report.item.map(redactor.redact)
        report.changes = report.changes.map(redactor.redact)
        report.message = report.message.map(redactor.redact)
        report.doing = report.doing.map(redactor.redact)
        if let after = report.plan?.after { report.plan?.after = after.map(redactor.redact) }
        report.diffs = report.diffs.map(DiffRedaction(redactor).redacted)
        report.result = redacted(report.result, by: redactor)
        report.arguments = report.arguments.map { redacted($0, by: redactor) }
        return report
    }

    private func redacted(_ value: Value, by redactor: Redactor) -> Value {
        switch value {
        case .string(let text): .string(redactor.redact(text))
        case .list(let items): .list(items.map { redacted($0, by: redactor) })
        case .map(let entries): .map(entries.mapValues { redacted($0, by: redactor) })
        case .null, .bool, .int, .float: value
        }
    }
}
