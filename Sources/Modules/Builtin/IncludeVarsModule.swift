import OrderedCollections
import YAML

/// `include_vars`: a file's variables belong to the host from here on.
package struct IncludeVarsModule: LocalModule {
    package static let spec = ModuleSpec(
        "ansible.builtin.include_vars", summary: "Reads variables from a file while the run goes on.",
        freeForm: "file", arguments: [ArgumentSpec("file", required: true), ArgumentSpec("name")])

    private let file: String
    private let name: String?
    private let variables: Node?

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        file = try arguments.requiredString("file")
        name = try arguments.string("name")
        variables = try context.readVariables(file)
        guard variables == nil || variables?.mapping != nil else {
            throw arguments.problem("file", "\(file) does not hold a mapping of variables")
        }
    }

    package func evaluate() throws -> Outcome {
        var outcome = Outcome(changed: false, result: ["ansible_included_var_files": [.string(file)]])
        if let name {
            outcome.definitions = variables.map { [name: $0] } ?? [:]
        } else {
            for entry in variables?.mapping ?? [] {
                if let key = entry.key.string { outcome.definitions[key] = entry.value }
            }
        }
        return outcome
    }
}
