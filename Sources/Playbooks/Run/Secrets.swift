import Fleet
import Modules
import OrderedCollections
import Remote
import Synchronization
import YAML

/// The secrets of a run, by value: wherever one turns up in what is shown, asterisks stand in its place.
final class Secrets: Sendable {
    private let redactor: Mutex<Redactor>
    private let known: Mutex<Set<String>> = Mutex([])
    private let names = SecretNames()
    private let verdicts: Mutex<[String: Concern]> = Mutex([:])

    init(_ options: RunOptions) {
        redactor = Mutex(Redactor([options.password, options.becomePassword].compactMap { $0?.reveal() }))
    }

    func add(_ text: String) {
        guard known.withLock({ $0.insert(text).inserted }) else { return }
        redactor.withLock { $0.insert(text) }
    }

    /// Every secret among a host's variables, also those deep inside of them.
    func learn(from scope: VariableScope) {
        for name in scope.names where name != "hostvars" && scope.mayHoldSecret(name, by: self) {
            // Reading teaches it.
            _ = try? scope.value(of: name)
        }
    }

    /// Those of the variables that a task brings itself, read or not.
    func learn(_ variables: [RawVariables], in source: ScopeSource) {
        let names = variables.flatMap { $0.filter { mayHoldSecret($0.value, named: $0.key) }.keys }
        guard !names.isEmpty else { return }
        // The task need not read them.
        let scope = source.noting(SecretReads()).scope()
        for name in names { _ = try? scope.value(of: name) }
    }

    /// Every text below a value that is secret as a whole.
    func learn(_ value: Value) { _ = add(names.secrets(in: value, isSecret: true)) }

    /// The secrets in a value by its name and the keys in it.
    /// - Returns: whether one of them is empty or so short that it can't be found again where it is shown.
    @discardableResult func learn(_ value: Value, named name: String) -> Bool {
        switch value {
        case .list, .map: add(names.secrets(in: value, named: name))
        case .string(let text) where concern(of: name) == .header:
            add(SecretNames.authorization(text, under: name).map { [.string($0)] } ?? [])
        default: isSecret(name) ? add([value]) : false
        }
    }

    /// What a name says of the value under it.
    private enum Concern { case none, secret, header }

    private func concern(of name: String) -> Concern {
        if let known = verdicts.withLock({ $0[name] }) { return known }
        let verdict: Concern =
            SecretNames.isAuthorization(name) ? .header : names.holdsSecret(name) ? .secret : .none
        verdicts.withLock { $0[name] = verdict }
        return verdict
    }

    func isSecret(_ name: String) -> Bool { concern(of: name) == .secret }

    /// Whether a value has to be learned by its name.
    func concerns(_ name: String) -> Bool { concern(of: name) != .none }

    func mayHoldSecret(_ node: Node, named name: String) -> Bool {
        if concerns(name) { return true }
        switch node.content {
        case .scalar: return false
        case .sequence(let nodes): return nodes.contains { mayHoldSecret($0, named: "") }
        case .mapping(let entries):
            return entries.contains { mayHoldSecret($0.value, named: $0.key.scalar?.text ?? "") }
        }
    }

    private func add(_ secrets: [Value]) -> Bool {
        var isShort = false
        for secret in secrets {
            switch secret {
            case .string, .int, .float:
                let text = secret.asText
                add(text)
                if text.unicodeScalars.count < Redactor.shortest { isShort = true }
            case .null, .list, .map: isShort = true
            case .bool: break
            }
        }
        return isShort
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
        let redaction = DiffRedaction(redactor, hidesReplaced: report.readsShortSecret)
        report.diffs = report.diffs.map(redaction.redacted)
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
