import OrderedCollections
import YAML

/// `fail`: fails with a message.
package struct FailModule: LocalModule {
    package static let spec = ModuleSpec(
        "ansible.builtin.fail", summary: "Fails with a message.", arguments: [ArgumentSpec("msg")])

    private let message: String

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        message = try arguments.string("msg") ?? "Failed as requested from task"
    }

    package func evaluate() throws -> Outcome {
        throw ModuleFailure(message, result: ["msg": .string(message)])
    }
}
