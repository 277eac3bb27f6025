import Diagnostics
import YAML

/// Renders one template, or evaluates one expression, for one host. Walks the parsed tree; keeps what is bound.
final class Evaluator {
    let environment: any Environment
    let scope: any Scope
    /// How templates that are included or imported are read.
    let options: TemplateOptions
    var frame: Frame
    var source: Source
    /// The templates included so far, parsed.
    var templates: [String: Template] = [:]
    /// Where in the text the work is, for what filters find missing.
    private(set) var currentOffset = 0
    /// The regular expressions used so far, compiled.
    var patterns: [String: Pattern] = [:]
    private var depth = 0
    private var steps = 0

    /// How deep expressions, blocks and macro calls may nest at run time.
    static let deepest = 400
    /// How many expressions one rendering may evaluate.
    static let mostSteps = 50_000_000

    init(source: Source, scope: any Scope, environment: any Environment, options: TemplateOptions = .init()) {
        self.source = source
        self.scope = scope
        self.environment = environment
        self.options = options
        frame = Frame(parent: nil)
    }

    /// Counts a step deeper; pair it with `leave`.
    func enter() throws {
        depth += 1
        steps += 1
        if depth > Evaluator.deepest {
            throw Fault("the template calls itself too deeply", hint: "look for a macro or an include without an end")
        }
        if steps > Evaluator.mostSteps { throw Fault("the template takes too many steps", hint: "look at its loops") }
    }

    func leave() { depth -= 1 }

    /// Runs something with other variables, and in another template's text.
    func within<Result>(_ inner: Frame, of text: Source? = nil, _ body: () throws -> Result) rethrows -> Result {
        let outer = (frame, source)
        frame = inner
        source = text ?? source
        defer { (frame, source) = outer }
        return try body()
    }

    /// Runs something and gives a fault without a place the place of what was run.
    func located<Result>(at offset: Int, _ body: () throws -> Result) throws -> Result {
        currentOffset = offset
        do {
            return try body()
        } catch let fault as Fault {
            throw source.problem(fault.message, at: offset, hint: fault.hint)
        } catch var problem as Problem where problem.place == nil {
            problem.place = source.place(of: offset)
            throw problem
        }
    }

    /// A missing value; its problem is worded when it is used.
    func undefined(at offset: Int, _ describe: @escaping (Evaluator) -> Fault) -> Datum {
        let source = source
        return .undefined(
            Undefined { [self] in
                let fault = describe(self)
                return source.problem(fault.message, at: offset, hint: fault.hint)
            })
    }

    /// What a name stands for: what the template bound, a variable, a global of Jinja's or Ansible's.
    func resolve(_ name: String, at offset: Int) throws -> Datum {
        if let bound = frame[name] { return bound }
        if frame.seesScope, let value = try located(at: offset, { try scope.value(of: name) }) { return .value(value) }
        if let global = Globals.datum(named: name) { return global }
        return undefined(at: offset) { evaluator in
            let names = evaluator.frame.names + (evaluator.frame.seesScope ? evaluator.scope.names : [])
            return Fault("variable '\(name)' is undefined", hint: Suggestion.hint(for: name, among: names))
        }
    }
}
