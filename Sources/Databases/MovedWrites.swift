import Modules
import OrderedCollections
import YAML

/// How well it is known what a move of the writes has cost.
enum LossKnowledge: String {
    /// `lost` is the number.
    case exact
    /// No more than the writes of so many seconds.
    case bound
    case unknown

    var value: Value { .string(rawValue) }

    /// What a move registers that loses no write.
    static var nothing: ValueMap { ["loss": exact.value, "lost": 0] }
}

extension ModuleFailure {
    /// The failure of a step after the one that came to this.
    func after(_ outcome: Outcome) -> ModuleFailure {
        var failure = self
        failure.message = [outcome.message, message].compactMap { $0 }.joined(separator: "\n")
        failure.result.merge(outcome.result) { mine, _ in mine }
        return failure
    }
}

extension Outcome {
    /// Of a move of the writes; no lines where nothing was left to do.
    static func moved(from: String?, to: String, _ lines: [String], _ more: ValueMap) -> Outcome {
        var result: ValueMap = ["primary": .string(to), "old": from.map { .string($0) } ?? .null]
        result.merge(more) { $1 }
        return Outcome(
            changed: !lines.isEmpty, result: result,
            message: lines.isEmpty ? "\(to) is the primary already" : lines.joined(separator: "\n"))
    }
}
