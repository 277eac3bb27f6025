import Modules
import OrderedCollections
import Synchronization
import YAML

/// The script of a run, and what was done.
final class Stage: Sendable {
    @TaskLocal static var current: Stage?

    private let script: [String: any Error]
    private let updated: Set<String>
    private let half: Set<String>
    private let returned: Set<String>
    private let schemas: [String: (needs: Int, brings: Int)]
    private let done = Mutex(StagedRollout.Course(steps: [], ends: [], reason: "", message: ""))

    init(
        _ script: [String: any Error], updated: Set<String>, half: Set<String>, returned: Set<String>,
        schemas: [String: (needs: Int, brings: Int)]
    ) {
        (self.script, self.updated, self.half) = (script, updated, half)
        (self.returned, self.schemas) = (returned, schemas)
    }

    var course: StagedRollout.Course { done.withLock { $0 } }

    func releases(of host: String) -> Value {
        if returned.contains(host) {
            return [
                release("old", "live", serves: true), release("new", "bad", serves: false),
                release("older", "previous", serves: true),
            ]
        }
        if half.contains(host) {
            return [
                release("new", "live", serves: false), release("old", "previous", serves: true),
            ]
        }
        guard updated.contains(host) else {
            return [release("old", "live", serves: true), release("new", "staged", serves: false)]
        }
        return [release("new", "live", serves: true), release("old", "previous", serves: true)]
    }

    private func release(_ id: String, _ mark: String, serves: Bool) -> Value {
        var entry: ValueMap = [
            "id": .string(id), "mark": .string(mark), "serving": .bool(serves && mark == "live"),
            "proven": .bool(serves),
        ]
        if mark != "staged" { entry["live"] = "2026-01-18 02:00:00Z" }
        if let schema = schemas[id] { (entry["needs"], entry["brings"]) = (.int(schema.needs), .int(schema.brings)) }
        return .map(entry)
    }

    func take(_ step: String) throws {
        let steps = done.withLock { done in
            done.steps.append(step)
            return done.steps
        }
        guard let (start, error) = script.first(where: { step.hasPrefix($0.key) }) else { return }
        let count = steps.count { $0.hasPrefix(start) }
        switch error {
        case let second as Second: if count > 1 { throw second.error }
        case let once as Once: if count == 1 { throw once.error }
        default: throw error
        }
    }

    func begin(_ words: [String: String]) {
        done.withLock { done in
            done.stock = [words["serving"] ?? "", words["waiting"] ?? ""]
            (done.aim, done.before) = (words["release"] ?? "", words["before"] ?? "")
        }
    }

    func end(_ outcome: String, message: String, reason: String) throws {
        guard outcome != "begun" else { return }
        done.withLock { done in
            done.ends.append(outcome)
            done.message = message
            if !reason.isEmpty { done.reason = reason }
        }
        if !["done", "undoing"].contains(outcome) { throw ModuleFailure(outcome) }
    }
}
