import OrderedCollections
import YAML

/// `validate_argument_spec`: fails unless variables are what a specification says; a role with a
/// `meta/argument_specs.yml` begins with one.
package struct ValidateArgumentSpecModule: LocalModule {
    /// Before the names of arguments that hold one variable each, left out where it is not defined.
    package static let prefix = "provided_arguments."

    package static let spec = ModuleSpec(
        "ansible.builtin.validate_argument_spec", summary: "Checks variables against a specification.",
        openEnded: true,
        arguments: [
            ArgumentSpec("argument_spec", .map, required: true),
            ArgumentSpec("provided_arguments", .map),
        ])

    private let options: [RoleOption]
    private let values: ValueMap

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        options = RoleOption.options(of: arguments.raw("argument_spec"))
        var values = try arguments.map("provided_arguments") ?? [:]
        for name in arguments.names where name.hasPrefix(Self.prefix) {
            values[.string(String(name.dropFirst(Self.prefix.count)))] = arguments.raw(name)
        }
        self.values = values
    }

    package func evaluate() throws -> Outcome {
        let mistakes = RoleOption.mistakes(in: values, of: options)
        guard mistakes.isEmpty else {
            throw ModuleFailure(
                "the role's arguments are not what its specification says: " + mistakes.joined(separator: "; "),
                result: ["argument_errors": .list(mistakes.map(Value.string))])
        }
        return Outcome(changed: false, result: ["msg": "The arg spec validation passed"])
    }
}
