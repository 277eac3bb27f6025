import Diagnostics

/// Walks a parsed text and lists the variables that it reads from outside.
struct ReferenceCollector {
    private let source: Source
    /// The names bound by the text itself, innermost last.
    private var bound: [Set<String>] = [[]]
    /// The names whose being undefined was asked about on the way here.
    private var guarded: Set<String> = []
    private var references: [Reference] = []

    static func references(of body: [StatementNode], in source: Source) -> [Reference] {
        var collector = ReferenceCollector(source: source)
        collector.visit(body)
        return collector.references
    }

    static func references(of node: ExpressionNode, in source: Source) -> [Reference] {
        var collector = ReferenceCollector(source: source)
        collector.visit(node)
        return collector.references
    }

    private init(source: Source) { self.source = source }

    private mutating func read(_ name: String, at offset: Int, isGuarded: Bool) {
        guard !Globals.names.contains(name), !bound.contains(where: { $0.contains(name) }) else { return }
        let place = source.place(of: offset)
        references.append(Reference(name: name, place: place, isGuarded: isGuarded || guarded.contains(name)))
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
        case .include(let include): visit(include.template)
        case .importAll(let node, let name):
            visit(node.template)
            bind([name])
        case .importNames(let node, let names):
            visit(node.template)
            bind(names.map(\.alias))
        case .block(let body): scoped(binding: []) { $0.visit(body) }
        }
    }

    private mutating func visit(_ loop: LoopNode) {
        visit(loop.items)
        let tested = loop.filter.map(ReferenceCollector.namesTested) ?? []
        scoped(binding: loop.target.names + ["loop"]) { inner in
            if let filter = loop.filter { inner.visit(filter) }
            inner.guarding(tested) { $0.visit(loop.body) }
        }
        scoped(binding: []) { $0.visit(loop.otherwise) }
    }

    private mutating func visit(_ branches: [StatementNode.Branch], otherwise: [StatementNode]) {
        var tested: Set<String> = []
        for branch in branches {
            guarding(tested) { $0.visit(branch.test) }
            tested.formUnion(ReferenceCollector.namesTested(in: branch.test))
            guarding(tested) { $0.visit(branch.body) }
        }
        guarding(tested) { $0.visit(otherwise) }
    }

    private mutating func visit(_ macro: MacroNode) {
        for parameter in macro.parameters {
            if let node = parameter.defaultValue { visit(node) }
        }
        scoped(binding: macro.parameters.map(\.name) + Macro.implicitNames) { $0.visit(macro.body) }
    }

    private mutating func visit(_ filters: [FilterNode]) {
        for filter in filters { visit(filter.arguments) }
    }

    private mutating func visit(_ arguments: ArgumentNodes) {
        for argument in arguments.all { visit(argument) }
    }

    private mutating func visit(_ node: ExpressionNode) {
        switch node.kind {
        case .name(let name): read(name, at: node.offset, isGuarded: false)
        case .and(let left, let right), .or(let left, let right):
            visit(left)
            guarding(ReferenceCollector.namesTested(in: left)) { $0.visit(right) }
        case .conditional(let test, let then, let otherwise):
            visit(test)
            guarding(ReferenceCollector.namesTested(in: test)) { inner in
                inner.visit(then)
                if let otherwise { inner.visit(otherwise) }
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
        default: break
        }
        return names
    }
}

extension ExpressionNode {
    /// The variable that an attribute or an item is finally read from.
    fileprivate var rootName: String? {
        switch kind {
        case .name(let name): name
        case .attribute(let base, _), .item(let base, _), .slice(let base, _): base.rootName
        default: nil
        }
    }

    /// The expressions that this one is made of.
    fileprivate var children: [ExpressionNode] {
        switch kind {
        case .literal, .name: []
        case .list(let items), .tuple(let items), .concatenation(let items): items
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .negative(let operand), .positive(let operand), .not(let operand), .attribute(let operand, _): [operand]
        case .and(let left, let right), .or(let left, let right), .arithmetic(_, let left, let right),
            .item(let left, let right):
            [left, right]
        case .comparison(let first, let rest): [first] + rest.map(\.operand)
        case .conditional(let test, let then, let otherwise): [test, then] + (otherwise.map { [$0] } ?? [])
        case .slice(let base, let slice): [base] + [slice.start, slice.stop, slice.step].compactMap(\.self)
        case .call(let callee, let arguments): [callee] + arguments.all
        case .filter(let base, let filter): [base] + filter.arguments.all
        case .test(let base, let test): [base] + test.arguments.all
        }
    }
}
