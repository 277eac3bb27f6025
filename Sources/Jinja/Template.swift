package import Diagnostics
import YAML

/// A parsed template; rendering it for another host parses nothing again.
package struct Template: Sendable {
    let source: Source
    let body: [StatementNode]
    private let options: TemplateOptions
    /// The variables that the template reads and does not bind itself, in the order of their first use.
    package let references: References

    /// Parses a template. A first line `#jinja2: trim_blocks: False, …` overrides the options, as in Ansible.
    /// - Throws: `Problem` with the place of the first syntax error.
    package init(_ text: String, origin: TextOrigin, options: TemplateOptions = TemplateOptions()) throws {
        let source = Source(text, origin: origin)
        let header = try TemplateHeader(source, options: options)
        let tokens = try Lexer.template(source, options: header.options, from: header.end, keepsBackslashes: false)
        self.source = source
        self.options = header.options
        body = try Parser.template(source, tokens: tokens)
        references = ReferenceCollector.references(of: body, in: source)
    }

    /// Every mistake in a template, and what it reads as far as that can be told.
    package static func mistakes(
        in text: String, origin: TextOrigin, options: TemplateOptions = TemplateOptions()
    ) -> (problems: [Problem], references: References) {
        let source = Source(text, origin: origin)
        return Parser.mistakes(in: source) {
            let header = try TemplateHeader(source, options: options)
            return try Lexer.template(source, options: header.options, from: header.end, keepsBackslashes: false)
        }
    }

    /// The text for one host.
    /// - Throws: `Problem` with the place in the template, or in one that it includes.
    package func render(in scope: any Scope, environment: any Environment) throws -> String {
        let evaluator = Evaluator(source: source, scope: scope, environment: environment, options: options)
        return try evaluator.located(at: 0) {
            var output = Output(native: false)
            try evaluator.run(body, into: &output)
            return options.keepTrailingNewline ? source.endingAlike(output.text) : output.text
        }
    }
}
