package import Diagnostics
package import Jinja
package import Modules
import OrderedCollections
import Synchronization
package import YAML

/// Turns raw nodes into values: every text is parsed once a run and evaluated for each host.
package final class Templating: Sendable {
    private let files: any ProjectFiles
    private let texts = Mutex<[Node: TemplatedText]>([:])
    private let expressions = Mutex<[Node: Expression]>([:])
    private let templates = Mutex<[TemplateKey: ReadTemplate]>([:])
    private let environment: JinjaEnvironment
    /// Told of every secret that is evaluated; nil where nothing is run.
    private let secrets: Secrets?

    private struct TemplateKey: Hashable {
        var path: String
        var options: RenderOptions
    }

    private struct ReadTemplate {
        var bytes: [UInt8]
        var template: Template
    }

    package convenience init(files: any ProjectFiles) { self.init(files: files, secrets: nil) }

    init(files: any ProjectFiles, secrets: Secrets?) {
        self.files = files
        self.secrets = secrets
        environment = JinjaEnvironment(files: files)
    }

    /// The node's data with every template in it evaluated, in Ansible's native types.
    /// - Throws: `Problem`.
    package func value(of node: Node, in scope: any Scope) throws -> Value {
        switch node.content {
        case .scalar(let scalar):
            guard case .string(let text) = scalar.value, TemplatedText.isTemplated(text), !scalar.isUnsafe else {
                return scalar.value
            }
            let value = try templatedText(node, text).evaluate(in: scope, environment: environment)
            // A template may make a mapping, whose keys are known only now.
            switch value {
            case .list, .map: learn(value, named: "", in: scope)
            default: break
            }
            return value
        case .sequence(let nodes): return .list(try nodes.map { try value(of: $0, in: scope) })
        case .mapping(let entries):
            var map = ValueMap()
            for entry in entries {
                map[entry.key.value] = try value(of: entry.value, named: entry.key.string ?? "", in: scope)
            }
            return .map(map)
        }
    }

    /// The same for what stands under a name, which may say that it is a secret.
    func value(of node: Node, named name: String, in scope: any Scope) throws -> Value {
        let value = try value(of: node, in: scope)
        if secrets?.concerns(name) == true { learn(value, named: name, in: scope) }
        return value
    }

    func isSecret(_ name: String) -> Bool { secrets?.isSecret(name) == true }

    /// Whether a value has to be learned by its name alone.
    func concerns(_ name: String) -> Bool { secrets?.concerns(name) == true }

    /// - Returns: whether there is a secret in it that can't be found again.
    func learn(_ value: Value, named name: String) -> Bool { secrets?.learn(value, named: name) == true }

    private func learn(_ value: Value, named name: String, in scope: any Scope) {
        if learn(value, named: name) { (scope as? VariableScope)?.noteShortSecret(named: name) }
    }

    /// An expression without braces (`when`, `until`, `that`) as a value.
    package func evaluate(_ node: Node, in scope: any Scope) throws -> Value {
        try expression(node).evaluate(in: scope, environment: environment)
    }

    /// A condition: a boolean as it stands, or an expression that yields one.
    package func holds(_ node: Node, in scope: any Scope) throws -> Bool {
        switch node.value {
        case .bool(let flag): return flag
        case .string: return try expression(node).condition(in: scope, environment: environment)
        default:
            throw Problem(
                "a condition must be a boolean, found \(node.value.kind)", at: node.place,
                hint: "write a comparison, as in 'x | length > 0'")
        }
    }

    /// What a lookup finds, as a loop over it needs it.
    /// - Throws: `Problem` at the place.
    func lookup(_ name: String, _ terms: [Value], in scope: any Scope, at place: Place) throws -> [Value] {
        do {
            return try environment.lookup(name, terms, options: ValueMap(), in: scope)
        } catch var problem as Problem {
            problem.place = problem.place ?? place
            throw problem
        }
    }

    /// An expression that has no node of its own (an argument that was already templated).
    package func evaluate(_ text: String, at place: Place?, in scope: any Scope) throws -> Value {
        let origin = place ?? Place(file: "expression", line: 1, column: 1)
        let node = Node(.scalar(.init(text: text, style: .plain, value: .string(text))), at: origin)
        return try evaluate(node, in: scope)
    }

    /// A template file rendered.
    package func render(_ path: String, options: RenderOptions, in scope: any Scope) throws -> String {
        try template(path, options: options).render(in: scope, environment: environment.inside(path, in: scope))
    }

    func template(_ path: String, options: RenderOptions) throws -> Template {
        guard let bytes = files.read(path) else { throw Problem("there is no template \(path)") }
        var key = TemplateKey(path: path, options: options)
        // Whom it is for does not change how it is read.
        key.options.destination = nil
        // A task before may have written the file anew.
        if let known = templates.withLock({ $0[key] }), known.bytes == bytes { return known.template }
        let parsed = try Template(
            String(utf8: bytes, file: path), origin: TextOrigin(file: path),
            options: TemplateOptions(trimBlocks: options.trimBlocks, leftStripBlocks: options.leftStripBlocks))
        templates.withLock { $0[key] = ReadTemplate(bytes: bytes, template: parsed) }
        return parsed
    }

    func expression(_ node: Node) throws -> Expression {
        if let known = expressions.withLock({ $0[node] }) { return known }
        guard let text = node.scalar?.text else {
            throw Problem("expected an expression, found \(node.value.kind)", at: node.place)
        }
        let parsed = try Expression(text, origin: TextOrigin(file: node.place.file, place: node.place(atOffset:)))
        expressions.withLock { $0[node] = parsed }
        return parsed
    }

    func templatedText(_ node: Node, _ text: String) throws -> TemplatedText {
        if let known = texts.withLock({ $0[node] }) { return known }
        let parsed = try TemplatedText(
            text, origin: TextOrigin(file: node.place.file, place: node.place(atOffset:)))
        texts.withLock { $0[node] = parsed }
        return parsed
    }
}
