/// A parsed piece of a template.
indirect enum StatementNode: Sendable {
    case text(String)
    case output(ExpressionNode)
    case loop(LoopNode)
    case branch([Branch], otherwise: [StatementNode])
    case assign(TargetNode, ExpressionNode)
    case assignBlock(TargetNode, filters: [FilterNode], body: [StatementNode])
    case with([(target: TargetNode, value: ExpressionNode)], body: [StatementNode])
    case macro(MacroNode)
    case callBlock(call: ExpressionNode, caller: MacroNode)
    case filterBlock([FilterNode], body: [StatementNode])
    case include(IncludeNode)
    case importAll(ImportNode, as: String)
    case importNames(ImportNode, names: [(name: String, alias: String)])
    /// A `block` of a template that extends nothing: its body stands where it is written.
    case block([StatementNode])

    struct Branch: Sendable {
        var test: ExpressionNode
        var body: [StatementNode]
    }
}

/// What `set`, `for` and `with` assign to.
struct TargetNode: Sendable {
    var kind: Kind
    var offset: Int

    indirect enum Kind: Sendable {
        case name(String)
        case tuple([TargetNode])
        /// `namespace.attribute`.
        case attribute(String, String)
    }

    /// The variables it binds.
    var names: [String] {
        switch kind {
        case .name(let name): [name]
        case .tuple(let targets): targets.flatMap(\.names)
        case .attribute: []
        }
    }
}

struct LoopNode: Sendable {
    var target: TargetNode
    var items: ExpressionNode
    var filter: ExpressionNode?
    var isRecursive: Bool
    var body: [StatementNode]
    var otherwise: [StatementNode]
    var offset: Int
}

/// A `macro`, or the nameless one that a `call` block hands to the macro it calls.
struct MacroNode: Sendable {
    var name: String
    var parameters: [Parameter]
    var body: [StatementNode]
    var offset: Int
    /// Which of the implicit variables `varargs`, `kwargs` and `caller` the body uses.
    var uses: Set<String> = []

    struct Parameter: Sendable {
        var name: String
        var defaultValue: ExpressionNode?
    }
}

struct IncludeNode: Sendable {
    var template: ExpressionNode
    var ignoresMissing: Bool
    var hasContext: Bool
    var offset: Int
}

struct ImportNode: Sendable {
    var template: ExpressionNode
    var hasContext: Bool
    var offset: Int
}
