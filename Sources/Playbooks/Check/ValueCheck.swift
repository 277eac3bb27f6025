import Diagnostics
import Jinja
import Modules
import YAML

/// Checks an argument's value as far as it stands in the playbook: its type, its choices, unquoted modes.
struct ValueCheck {
    let task: PlaybookTask
    let log: ProblemLog

    init(task: PlaybookTask, log: ProblemLog) {
        self.task = task
        self.log = log
    }

    func check(_ argument: PlaybookTask.Argument) {
        let value = argument.value.value
        if case .null = value { return }
        if let text = value.string, TemplatedText.isTemplated(text) { return }
        guard let kind = argument.kind else { return }
        if let expected = mismatch(value, kind) {
            log.add(
                "\(task.moduleName): \(argument.name): expected \(expected), found \(shown(value))",
                at: argument.value.place, rule: .wrongType)
        }
        choices(argument, value)
        if kind == .mode { mode(argument) }
    }

    /// What the kind wants, when the value can't be that.
    private func mismatch(_ value: Value, _ kind: ArgumentSpec.Kind) -> String? {
        switch (kind, value) {
        case (.int, .int), (.float, .int), (.float, .float), (.map, .map), (.raw, _), (.list, _),
            (.expression, _), (.mode, .int), (.mode, .string):
            return nil
        case (.bool, let value): return value.flag == nil ? "true or false" : nil
        case (.int, .string(let text)): return Int(text) == nil ? "an integer" : nil
        case (.int, _): return "an integer"
        case (.float, .string(let text)): return Double(text) == nil ? "a number" : nil
        case (.float, _): return "a number"
        case (.map, _): return "a mapping"
        case (.mode, _): return "a mode such as '0644'"
        case (_, .list), (_, .map): return "a string"
        default: return nil
        }
    }

    private func choices(_ argument: PlaybookTask.Argument, _ value: Value) {
        let choices = task.module.spec.arguments.first { $0.name == argument.name }?.choices ?? []
        guard !choices.isEmpty, let text = value.string, !choices.contains(text) else { return }
        log.add(
            "\(task.moduleName): \(argument.name): '\(text)' is not one of \(choices.joined(separator: ", "))",
            at: argument.value.place, hint: Suggestion.hint(for: text, among: choices), rule: .wrongValue)
    }

    /// `mode: 644` is the decimal number 644, which is 01204.
    private func mode(_ argument: PlaybookTask.Argument) {
        guard let scalar = argument.value.scalar, scalar.style == .plain, case .int(let number) = scalar.value,
            !scalar.text.hasPrefix("0"), number > 0
        else { return }
        log.add(
            "\(task.moduleName): mode \(scalar.text) without quotes is a decimal number and means 0\(String(number, radix: 8))",
            at: argument.value.place, hint: "write '0\(scalar.text)'", rule: .unquotedMode)
    }

    private func shown(_ value: Value) -> String {
        value.string.map { "'\($0)'" } ?? value.kind
    }
}
