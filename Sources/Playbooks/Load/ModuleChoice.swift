import Diagnostics
import Modules
import YAML

/// Which of a task's keys names its module; anything else is a mistake, told by what it most likely is.
struct ModuleChoice {
    /// The module's entry; nil when it can't be told. It may name a module that does not exist.
    let entry: Node.Entry?
    /// The keys that are judged here, those that are refused as modules among them.
    let keys: Set<String>
    private let candidates: [Node.Entry]
    private let found: [Node.Entry]
    private let registry: ModuleRegistry

    /// - Parameter keywords: the keys that a task may have besides its module.
    init(_ mapping: [Node.Entry], in registry: ModuleRegistry, keywords: Set<String>) {
        self.registry = registry
        let others = mapping.filter { entry in
            guard let key = entry.key.string else { return false }
            return !keywords.contains(key) && KnownKeys.unsupportedInTask[key] == nil
        }
        found = others.filter { $0.key.string.flatMap { registry[$0] } != nil }
        let hasModule = !found.isEmpty
        // A key that is nearer to a keyword than to a module is a misspelt keyword: others tell it.
        candidates = others.filter { entry in
            let key = entry.key.string ?? ""
            if registry[key] != nil || Self.refusal(of: key) != nil { return true }
            guard !hasModule else { return false }
            let nearKeyword = Suggestion.nearest(to: key, among: keywords)
            return nearKeyword == nil || Suggestion.nearest(to: key, among: registry.names) != nil
        }
        let unknown = candidates.filter { entry in
            entry.key.string.map { registry[$0] == nil && Self.refusal(of: $0) == nil } ?? false
        }
        entry = found.first ?? unknown.first
        keys = Set(candidates.compactMap(\.key.string))
    }

    private static func refusal(of key: String) -> String? {
        key.hasPrefix("with_") ? KnownKeys.loops : nil
    }

    func tell(_ log: ProblemLog, of node: Node) {
        for candidate in candidates {
            guard let key = candidate.key.string, registry[key] == nil else { continue }
            if let instead = Self.refusal(of: key) {
                log.add("'\(key)' is not supported", at: candidate.key.place, hint: instead, rule: .notSupported)
            } else {
                log.add(
                    "unknown module '\(key)'", at: candidate.key.place, hint: registry.suggestion(for: key),
                    rule: .unknownModule)
            }
        }
        if candidates.isEmpty, node["action"] == nil, node["local_action"] == nil {
            log.add(
                "this task has no module", at: node.place, hint: "name one, as in 'file: path=… state=directory'")
        }
        if found.count > 1 {
            let names = found.compactMap(\.key.string).joined(separator: ", ")
            log.add("a task has one module, this one has \(names)", at: node.place)
        }
    }
}

/// Stands for a module that does not exist, so that the rest of its task is checked too; never run, since a playbook
/// with such a task is refused.
struct UnknownModule: LocalModule {
    static let spec = ModuleSpec("unknown", summary: "", freeForm: "_", openEnded: true, arguments: [])

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        throw Problem("there is no such module")
    }

    func evaluate() throws -> Outcome { throw ModuleFailure("there is no such module") }
}
