import Diagnostics
import YAML

/// Other templates: `include`, `import`, `from … import`.
extension Evaluator {
    func run(_ include: IncludeNode, into output: inout Output) throws {
        guard let template = try template(named: include.template, ignoresMissing: include.ignoresMissing) else {
            return
        }
        try located(at: include.offset) { try enter() }
        defer { leave() }
        let inner = include.hasContext ? Frame(parent: frame) : Frame(parent: nil, seesScope: false)
        try within(inner, of: template.source) { try run(template.body, into: &output) }
    }

    func importedModule(_ node: ImportNode) throws -> ImportedModule {
        guard let template = try template(named: node.template, ignoresMissing: false) else {
            throw source.problem("there is no template to import", at: node.offset)
        }
        let inner = node.hasContext ? Frame(parent: frame) : Frame(parent: nil, seesScope: false)
        let written = try run(template.body, in: inner, of: template.source)
        return ImportedModule(file: template.source.origin.file, variables: inner.variables, written: written)
    }

    func importNames(_ names: [(name: String, alias: String)], from node: ImportNode) throws {
        let module = try importedModule(node)
        for (name, alias) in names {
            guard let datum = try module.attribute(name) else {
                throw source.problem(
                    "\(module.kind) does not export '\(name)'", at: node.offset,
                    hint: Suggestion.hint(for: name, among: module.attributeNames))
            }
            frame.set(alias, to: datum)
        }
    }

    /// The first template there is among those named; nil when there is none and that is allowed.
    private func template(named node: ExpressionNode, ignoresMissing: Bool) throws -> Template? {
        let value = try value(of: node)
        let names = value.list ?? [value]
        return try located(at: node.offset) {
            for name in names {
                guard let name = name.string else {
                    throw Fault("a template's name must be a string, not \(name.kind)")
                }
                if let template = try template(named: name) { return template }
            }
            if ignoresMissing { return nil }
            throw Fault("there is no template \(names.map(PythonText.representation).joined(separator: ", "))")
        }
    }

    private func template(named name: String) throws -> Template? {
        if let parsed = templates[name] { return parsed }
        guard let (text, file) = try environment.loadTemplate(name) else { return nil }
        let template = try Template(text, origin: TextOrigin(file: file), options: options)
        templates[name] = template
        return template
    }
}
