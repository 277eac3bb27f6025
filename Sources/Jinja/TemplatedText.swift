import Diagnostics
package import YAML

/// A string of a playbook or an inventory that may have `{{ }}` in it, with Ansible's native types: a single
/// expression gives its value as it is, anything else a string. Backslashes in `{{ }}` stand for themselves.
package struct TemplatedText: Sendable {
    private let source: Source
    private let body: [StatementNode]
    /// The variables that the text reads.
    package let references: [Reference]

    /// - Throws: `Problem` with the place of the first syntax error.
    package init(_ text: String, origin: TextOrigin) throws {
        source = Source(text, origin: origin)
        let tokens = try Lexer.template(source, options: TemplateOptions(), from: 0, keepsBackslashes: true)
        body = try Parser.template(source, tokens: tokens)
        references = ReferenceCollector.references(of: body, in: source)
    }

    /// Whether a string has anything in it to evaluate.
    package static func isTemplated(_ text: String) -> Bool {
        text.contains("{{") || text.contains("{%") || text.contains("{#")
    }

    /// The value for one host.
    /// - Throws: `Problem` with the place in the text.
    package func evaluate(in scope: any Scope, environment: any Environment) throws -> Value {
        let evaluator = Evaluator(source: source, scope: scope, environment: environment)
        return try evaluator.located(at: 0) {
            var output = Output(native: true)
            try evaluator.run(body, into: &output)
            let value = try output.result.value()
            if source.scalars.isEmpty { return "" }
            return value.string.map { .string(source.endingAlike($0)) } ?? value
        }
    }
}
