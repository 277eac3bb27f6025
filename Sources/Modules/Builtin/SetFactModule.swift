import OrderedCollections
import YAML

/// `set_fact`: variables of a host for the rest of the run.
package struct SetFactModule: LocalModule {
    package static let spec = ModuleSpec(
        "ansible.builtin.set_fact", summary: "Sets variables of the host for the rest of the run.", openEnded: true,
        arguments: [ArgumentSpec("cacheable", .bool)])

    private let facts: ValueMap
    private let isCacheable: Bool

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        var facts: ValueMap = [:]
        for name in arguments.names where name != "cacheable" {
            guard Self.isVariableName(name) else {
                throw arguments.problem(name, "is no variable name", hint: "use letters, digits and underscores")
            }
            facts[.string(name)] = arguments.raw(name)
        }
        self.facts = facts
        isCacheable = try arguments.bool("cacheable") ?? false
    }

    package func evaluate() throws -> Outcome {
        var outcome = Outcome(changed: false, result: ["ansible_facts": .map(facts)], facts: facts)
        outcome.areFacts = isCacheable
        return outcome
    }

    private static func isVariableName(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, first == "_" || first.properties.isAlphabetic else { return false }
        return name.unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isAlphabetic || ("0"..."9").contains($0) }
    }
}
