import Diagnostics
import YAML

/// Walks a parsed text and lists the variables that it reads from outside.
struct ReferenceCollector {
    private let source: Source
    /// The names bound by the text itself, innermost last.
    private var bound: [Set<String>] = [[]]
    /// The names whose being undefined was asked about on the way here.
    private var guarded: Set<String> = []
    /// Whether the text may not come here.
    private var isConditional = false
    private var references = References()

    static func references(of body: [StatementNode], in source: Source) -> References {
        var collector = ReferenceCollector(source: source)
        collector.visit(body)
        return collector.references
    }

    static func references(of node: ExpressionNode, in source: Source) -> References {
        var collector = ReferenceCollector(source: source)
        collector.visit(node)
        collector.references.asked = namesTested(in: node)
        return collector.references
    }

    private init(source: Source) { self.source = source }

    private mutating func read(_ name: String, at offset: Int, member: (name: String, offset: Int)? = nil) {
        guard !Globals.names.contains(name), !bound.contains(where: { $0.contains(name) }) else { return }
        let place = source.place(of: offset)
        references.names.append(
            Reference(
                name: name, place: place, isGuarded: guarded.contains(name), isConditional: isConditional,
                member: member.map { .init(name: $0.name, place: source.place(of: $0.offset)) }))
    }

    private mutating func readFile(
        _ kind: FileReference.Kind, _ names: [String], at offset: Int, mayBeMissing: Bool = false,
        given: Set<String>? = []
    ) {
        references.files.append(
            FileReference(
                kind: kind, names: names, place: source.place(of: offset), mayBeMissing: mayBeMissing,
                isConditional: isConditional, bound: bound.reduce(guarded.union(given ?? [])) { $0.union($1) },
                isOpen: given == nil))
    }

    private mutating func bind(_ names: some Sequence<String>) { bound[bound.count - 1].formUnion(names) }

    private mutating func scoped(binding names: [String], _ visit: (inout ReferenceCollector) -> Void) {
        bound.append(Set(names))
        visit(&self)
        bound.removeLast()
    }

    private mutating func guarding(_ names: Set<String>, _ visit: (inout ReferenceCollector) -> Void) {
        let outer = guarded
        guarded.formUnion(names)
        visit(&self)
        guarded = outer
    }

    private mutating func perhaps(_ visit: (inout ReferenceCollector) -> Void) {
        let outer = isConditional
        isConditional = true
        visit(&self)
        isConditional = outer
    }

    private mutating func quote(_ name: String) {
        if name.hasPrefix("ansible_") { references.quoted.insert(name) }
    }

    private mutating func visit(_ body: [StatementNode]) {
        for statement in body { visit(statement) }
    }

    private mutating func visit(_ statement: StatementNode) {
        switch statement {
        case .text: break
        case .output(let node): visit(node)
        case .loop(let loop): visit(loop)
        case .branch(let branches, let otherwise): visit(branches, otherwise: otherwise)
        case .assign(let target, let node):
            visit(node)
            bind(target.names)
        case .assignBlock(let target, let filters, let body):
            scoped(binding: []) { $0.visit(body) }
            visit(filters)
            bind(target.names)
        case .with(let assignments, let body):
            for assignment in assignments { visit(assignment.value) }
            scoped(binding: assignments.flatMap(\.target.names)) { $0.visit(body) }
        case .macro(let macro):
            bind([macro.name])
            visit(macro)
        case .callBlock(let call, let caller):
            visit(call)
            visit(caller)
        case .filterBlock(let filters, let body):
            visit(filters)
            scoped(binding: []) { $0.visit(body) }
        case .include(let include):
            visit(include.template)
            readFile(
                include.hasContext ? .included : .apart, FileNames.all(include.template), at: include.template.offset,
                mayBeMissing: include.ignoresMissing)
        case .importAll(let node, let name):
            visit(node)
            bind([name])
        case .importNames(let node, let names):
            visit(node)
            bind(names.map(\.alias))
        case .block(let body): scoped(binding: []) { $0.visit(body) }
        }
    }

    private mutating func visit(_ node: ImportNode) {
        visit(node.template)
        readFile(node.hasContext ? .included : .apart, FileNames.all(node.template), at: node.template.offset)
    }

    private mutating func visit(_ loop: LoopNode) {
        visit(loop.items)
        let tested = loop.filter.map(ReferenceCollector.namesTested) ?? []
        scoped(binding: loop.target.names + ["loop"]) { inner in
            inner.perhaps { inner in
                if let filter = loop.filter { inner.visit(filter) }
                inner.guarding(tested) { $0.visit(loop.body) }
            }
        }
        scoped(binding: []) { inner in inner.perhaps { $0.visit(loop.otherwise) } }
    }

    private mutating func visit(_ branches: [StatementNode.Branch], otherwise: [StatementNode]) {
        var tested: Set<String> = []
        if let first = branches.first { visit(first.test) }
        perhaps { inner in
            for (index, branch) in branches.enumerated() {
                if index > 0 { inner.guarding(tested) { $0.visit(branch.test) } }
                tested.formUnion(ReferenceCollector.namesTested(in: branch.test))
                inner.guarding(tested) { $0.visit(branch.body) }
            }
            inner.guarding(tested) { $0.visit(otherwise) }
        }
    }

    private mutating func visit(_ macro: MacroNode) {
        for parameter in macro.parameters {
            if let node = parameter.defaultValue { perhaps { $0.visit(node) } }
        }
        scoped(binding: macro.parameters.map(\.name) + Macro.implicitNames) { inner in
            inner.perhaps { $0.visit(macro.body) }
        }
    }

    private mutating func visit(_ filters: [FilterNode]) {
        for filter in filters { visit(filter.arguments) }
    }

    private mutating func visit(_ arguments: ArgumentNodes) {
        for argument in arguments.all { visit(argument) }
    }

    private mutating func visit(_ node: ExpressionNode) {
        switch node.kind {
        case .name(let name): read(name, at: node.offset)
        case .literal(.string(let text)): quote(text)
        case .attribute(let base, let key):
            quote(key)
            visit(base, member: (key, node.offset))
        case .item(let base, let key):
            if case .literal(.string(let name)) = key.kind {
                quote(name)
                return visit(base, member: (name, key.offset))
            }
            visit(base)
            visit(key)
        case .call(let callee, let arguments): visit(callee, arguments)
        case .and(let left, let right), .or(let left, let right):
            visit(left)
            guarding(ReferenceCollector.namesTested(in: left)) { inner in inner.perhaps { $0.visit(right) } }
        case .conditional(let test, let then, let otherwise):
            visit(test)
            guarding(ReferenceCollector.namesTested(in: test)) { inner in
                inner.perhaps { inner in
                    inner.visit(then)
                    if let otherwise { inner.visit(otherwise) }
                }
            }
        case .filter(let base, let filter):
            visit(filter.arguments)
            visitGuarded(base, if: filter.filter.takesUndefined)
        case .test(let base, let test):
            visit(test.arguments)
            visitGuarded(base, if: test.test.takesUndefined)
        default:
            for child in node.children { visit(child) }
        }
    }

    private mutating func visit(_ base: ExpressionNode, member: (name: String, offset: Int)) {
        guard case .name(let name) = base.kind, Reference.containers.contains(name) else { return visit(base) }
        read(name, at: base.offset, member: member)
    }

    private mutating func visit(_ callee: ExpressionNode, _ arguments: ArgumentNodes) {
        // A method: `groups.get('app')`.
        if case .attribute(let base, _) = callee.kind { visit(base) } else { visit(callee) }
        visit(arguments)
        if case .name(let function) = callee.kind, ["lookup", "query", "q"].contains(function) { lookup(arguments) }
    }

    private mutating func lookup(_ arguments: ArgumentNodes) {
        guard let first = arguments.positional.first, case .literal(.string(let name)) = first.kind else { return }
        let kind = LookupName.short(name)
        let errors = arguments.named.first { $0.name == "errors" }
        let mayBeMissing = errors.map { !$0.value.isLiteral("strict") } ?? false
        switch kind {
        case "file", "template":
            for term in arguments.positional.dropFirst() {
                readFile(
                    .lookup(kind), FileNames.all(term), at: term.offset, mayBeMissing: mayBeMissing,
                    given: Self.namesGiven(arguments))
            }
        case "first_found":
            readFile(.lookup(kind), FileNames.terms(of: arguments), at: first.offset, mayBeMissing: true)
        default: return
        }
    }

    /// The names that a template gets from its lookup; nil when they, or its tags, can't be told.
    private static func namesGiven(_ arguments: ArgumentNodes) -> Set<String>? {
        guard arguments.namedSpread == nil, !arguments.named.contains(where: { $0.name.hasSuffix("_string") }) else {
            return nil
        }
        guard let variables = arguments.named.first(where: { $0.name == "template_vars" }) else { return [] }
        guard case .map(let entries) = variables.value.kind else { return nil }
        let names = entries.compactMap { entry -> String? in
            if case .literal(.string(let name)) = entry.key.kind { name } else { nil }
        }
        return names.count == entries.count ? Set(names) : nil
    }

    private mutating func visitGuarded(_ base: ExpressionNode, if isGuarded: Bool) {
        guard isGuarded, let root = base.rootName else { return visit(base) }
        guarding([root]) { $0.visit(base) }
    }

    /// The names that a condition asks about: whether they are defined, or with a default.
    private static func namesTested(in node: ExpressionNode) -> Set<String> {
        var names = node.children.reduce(into: Set<String>()) { $0.formUnion(namesTested(in: $1)) }
        switch node.kind {
        case .filter(let base, let filter) where filter.filter.takesUndefined:
            base.rootName.map { _ = names.insert($0) }
        case .test(let base, let test) where test.test.takesUndefined: base.rootName.map { _ = names.insert($0) }
        // `'web' in groups` asks for a key.
        case .comparison(_, let rest):
            for (symbol, operand) in rest where symbol == .contained || symbol == .notContained {
                if let name = operand.rootName, Reference.containers.contains(name) { names.insert(name) }
            }
        default: break
        }
        return names
    }
}
