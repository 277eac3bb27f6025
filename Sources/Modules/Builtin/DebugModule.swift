import OrderedCollections
import YAML

/// `debug`: shows a message or a variable.
package struct DebugModule: LocalModule {
    package static let spec = ModuleSpec(
        "ansible.builtin.debug", summary: "Shows a message or the value of an expression.",
        arguments: [
            ArgumentSpec("msg", .raw),
            ArgumentSpec("var", .expression),
        ])

    private let key: String
    private let value: Value

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        if let expression = try arguments.string("var") {
            guard !arguments.has("msg") else {
                throw arguments.problem("var", "excludes msg", hint: "write one of the two")
            }
            key = expression
            value = try context.evaluate(expression)
        } else {
            key = "msg"
            value = arguments.raw("msg") ?? "Hello world!"
        }
    }

    package func evaluate() throws -> Outcome {
        let text = key == "msg" ? value.text : "\(key): \(value.text)"
        return Outcome(changed: false, result: [.string(key): value], message: text)
    }
}
