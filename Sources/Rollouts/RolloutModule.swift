package import Modules
import OrderedCollections
import YAML

/// `intchain.site.rollout`: says how a rollout ended, for the journal, the notifications and the exit code.
package struct RolloutModule: LocalModule {
    package static let name = "intchain.site.rollout"

    package static let spec = ModuleSpec(
        name, summary: "Says how a rollout ends; whatever is not done fails.",
        arguments: [
            ArgumentSpec("outcome", required: true, choices: RolloutEnd.allCases.map(\.rawValue)),
            ArgumentSpec("message", required: true), ArgumentSpec("reason"), ArgumentSpec("behind", .list(.string)),
            ArgumentSpec("serving", .list(.string)), ArgumentSpec("waiting", .list(.string)),
            ArgumentSpec("release"), ArgumentSpec("before", .map),
        ])

    let end: RolloutEnd
    let message: String
    let reason: String?
    /// Servers that it went on without.
    let behind: [String]
    /// What it found as it began.
    let stock: RolloutStock
    /// Which release it is about.
    let release: String?

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        let text = try arguments.requiredString("outcome")
        guard let end = RolloutEnd(rawValue: text) else { throw arguments.problem("outcome", "'\(text)' is none") }
        self.end = end
        message = try arguments.requiredString("message")
        behind = try arguments.strings("behind") ?? []
        stock = RolloutStock(
            serving: try arguments.strings("serving") ?? [], waiting: try arguments.strings("waiting") ?? [],
            before: RolloutStock.releases(try arguments.map("before") ?? [:]))
        release = try arguments.string("release").flatMap { $0.isEmpty ? nil : $0 }
        reason = try arguments.string("reason").flatMap { $0.isEmpty ? nil : $0 }
    }

    package func evaluate() throws -> Outcome {
        let late =
            behind.isEmpty
            ? ""
            : "; \(behind.joined(separator: ", ")) could not be reached and is behind, out of Nginx: 'intchainctl deploy --catch-up' brings it along"
        let message = message + late
        let text = reason.map { "\(message)\n\($0)" } ?? message
        let result: ValueMap = [
            "outcome": .string(end.rawValue), "msg": .string(text), "reason": reason.map { .string($0) } ?? .null,
            "behind": .list(behind.map(Value.string)), "stock": stock.value,
            "release": release.map { .string($0) } ?? .null,
        ]
        guard [.begun, .done, .undoing, .aborted].contains(end) else { throw ModuleFailure(text, result: result) }
        return Outcome(changed: false, result: result, message: message)
    }
}

/// How a rollout came to its end.
package enum RolloutEnd: String, Hashable, Sendable, CaseIterable {
    /// Not an end: what the servers are, before the first is touched.
    case begun
    /// Every server that could be reached serves the release.
    case done
    /// The release showed a fault; every server serves what it served before.
    case rolledBack = "rolled-back"
    /// The release showed a fault, and a server could not be brought back.
    case rollbackFailed = "rollback-failed"
    /// Not an end: the release showed a fault, and is being taken back.
    case undoing
    /// An interrupted rollout was taken back by its operator's wish.
    case aborted
    /// What is wrong is not the release's: servers stay as they are, and it can be resumed.
    case paused
    /// It can't go on, and going back would not help.
    case stopped
    /// Something was in the way: nothing was begun.
    case refused
}
