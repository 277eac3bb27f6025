import OrderedCollections
import YAML

/// `assert`: fails unless every expression is true.
package struct AssertModule: LocalModule {
    package static let spec = ModuleSpec(
        "ansible.builtin.assert", summary: "Fails unless all expressions are true.",
        arguments: [
            ArgumentSpec("that", .list(.expression), required: true),
            ArgumentSpec("fail_msg", aliases: ["msg"]),
            ArgumentSpec("success_msg"),
            ArgumentSpec("quiet", .bool),
        ])

    private let claims: [Claim]
    private let failMessage: String
    private let successMessage: String

    private struct Claim {
        var expression: String
        var value: Value
    }

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        let that = arguments.raw("that") ?? .null
        claims = try (that.list ?? [that]).map { item in
            guard let expression = item.string else { return Claim(expression: item.text, value: item) }
            return Claim(expression: expression, value: try context.evaluate(expression))
        }
        // Of an assertion that holds nothing is told anyway.
        _ = try arguments.bool("quiet")
        failMessage = try arguments.string("fail_msg") ?? "Assertion failed"
        successMessage = try arguments.string("success_msg") ?? "All assertions passed"
    }

    package func evaluate() throws -> Outcome {
        for claim in claims where claim.value != .bool(true) {
            guard claim.value.bool != nil else {
                throw ModuleFailure("'\(claim.expression)' is \(claim.value.kind), not true or false")
            }
            throw ModuleFailure(
                failMessage,
                result: [
                    "assertion": .string(claim.expression), "evaluated_to": false, "msg": .string(failMessage),
                ])
        }
        return Outcome(changed: false, result: ["msg": .string(successMessage)])
    }
}
