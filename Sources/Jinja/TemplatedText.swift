package import Diagnostics
package import YAML

/// A string of a playbook or an inventory that may have `{{ }}` in it, with Ansible's native types: a single
/// expression gives its value as it is, anything else a string. Backslashes in `{{ }}` stand for themselves.
package struct TemplatedText: Sendable {
    private let source: Source
    private let body: [StatementNode]
    /// The variables that the text reads.
    package let references: References

    /// - Throws: `Problem` with the place of the first syntax error.
    package init(_ text: String, origin: TextOrigin) throws {
        source = Source(text, origin: origin)
        let tokens = try Lexer.template(source, options: TemplateOptions(), from: 0, keepsBackslashes: true)
        body = try Parser.template(source, tokens: tokens)
        references = ReferenceCollector.references(of: body, in: source)
    }

    /// Every mistake in a text, and what it reads as far as that can be told.
    package static func mistakes(
        in text: String, origin: TextOrigin
    ) -> (problems: [Problem], references: References) {
        let source = Source(text, origin: origin)
        return Parser.mistakes(in: source) {
            try Lexer.template(source, options: TemplateOptions(), from: 0, keepsBackslashes: true)
        }
    }

    /// What makes a template of the brace before it.
    private static let openers = Array("{%#".utf8)

    /// Whether a string has anything in it to evaluate.
    package static func isTemplated(_ text: String) -> Bool {
        // Byte by byte: every text of a project is asked.
        var isOpen = false
        for byte in text.utf8 {
            if isOpen, Self.openers.contains(byte) { return true }
            isOpen = byte == UInt8(ascii: "{")
        }
        return false
    }

    /// The value for one host.
    /// - Throws: `Problem` with the place in the text.
    package func evaluate(in scope: any Scope, environment: any Environment) throws -> Value {
        let evaluator = Evaluator(source: source, scope: scope, environment: environment)
        return try evaluator.located(at: 0) {
            var output = Output(native: true)
            try evaluator.run(body, into: &output)
            let result = output.result
            // Between other text it stands for nothing, but it is no value to keep.
            if let missing = result.missingPart { throw missing.problem() }
            let value = try result.value()
            if source.scalars.isEmpty { return "" }
            return value.string.map { .string(source.endingAlike($0)) } ?? value
        }
    }
}
