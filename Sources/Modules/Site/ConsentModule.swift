import OrderedCollections
import YAML

/// `intchain.site.consent`: asks the person at the terminal a question of yes or no. Registers `agreed`.
struct ConsentModule: Action {
    static let spec = ModuleSpec(
        "intchain.site.consent", summary: "Asks the person at the terminal for a yes.",
        arguments: [ArgumentSpec("question", required: true)])

    let question: String

    init(_ arguments: Arguments, in context: ModuleContext) throws {
        question = try arguments.requiredString("question")
    }

    func act(on host: any ActionHost) async throws -> Outcome {
        let agreed = try await host.ask(question)
        return Outcome(changed: false, result: ["agreed": .bool(agreed)], message: agreed ? "yes" : "no")
    }
}
