import Diagnostics
import OrderedCollections
import YAML

/// Runs a template's statements.
extension Evaluator {
    func run(_ body: [StatementNode], into output: inout Output) throws {
        for statement in body { try run(statement, into: &output) }
    }

    /// Runs a body in a frame of its own and gives what it wrote.
    func run(_ body: [StatementNode], in inner: Frame, of text: Source? = nil) throws -> Datum {
        try within(inner, of: text) {
            var output = Output(native: true)
            try enter()
            defer { leave() }
            try run(body, into: &output)
            return output.result
        }
    }

    private func run(_ statement: StatementNode, into output: inout Output) throws {
        switch statement {
        case .text(let text): try output.write(text)
        case .output(let node):
            let datum = try evaluate(node)
            try located(at: node.offset) { try output.write(datum) }
        case .loop(let loop): try run(loop, into: &output)
        case .branch(let branches, let otherwise):
            let taken = try branches.first { try isTrue($0.test) }
            try run(taken?.body ?? otherwise, into: &output)
        case .assign(let target, let node): try assign(evaluate(node), to: target)
        case .assignBlock(let target, let filters, let body):
            let written = try run(body, in: Frame(parent: frame))
            try assign(filtered(written, by: filters), to: target)
        case .with(let assignments, let body): try runWith(assignments, body, into: &output)
        case .macro(let macro): frame.set(macro.name, to: .object(Macro(macro, frame: frame, source: source)))
        case .callBlock(let call, let caller): try runCallBlock(call, caller, into: &output)
        case .filterBlock(let filters, let body):
            let written = try run(body, in: Frame(parent: frame))
            try output.write(filtered(written, by: filters))
        case .include(let include): try run(include, into: &output)
        case .importAll(let node, let name): frame.set(name, to: .object(try importedModule(node)))
        case .importNames(let node, let names): try importNames(names, from: node)
        case .block(let body): try output.write(run(body, in: Frame(parent: frame)))
        }
    }

    /// What a block wrote counts as a string for the filters on it.
    private func filtered(_ written: Datum, by filters: [FilterNode]) throws -> Datum {
        if filters.isEmpty { return written.isNull ? .string("") : written }
        let text = Datum.string(try Output.text(of: written))
        return try filters.reduce(text) { try apply($1, to: $0) }
    }

    func assign(_ datum: Datum, to target: TargetNode) throws {
        switch target.kind {
        case .name(let name): frame.set(name, to: datum)
        case .attribute(let name, let attribute):
            let object = try resolve(name, at: target.offset)
            try located(at: target.offset) {
                guard case .object(let object) = object else { throw Fault("'\(name)' is no namespace") }
                try object.setAttribute(attribute, to: datum)
            }
        case .tuple(let targets):
            let items = try located(at: target.offset) { try datum.items() }
            guard items.count == targets.count else {
                throw source.problem("\(items.count) values can't fill \(targets.count) names", at: target.offset)
            }
            for (inner, item) in zip(targets, items) { try assign(item, to: inner) }
        }
    }

    private func runWith(
        _ assignments: [(target: TargetNode, value: ExpressionNode)], _ body: [StatementNode],
        into output: inout Output
    ) throws {
        let inner = Frame(parent: frame)
        for (target, node) in assignments {
            let datum = try evaluate(node)
            try within(inner) { try assign(datum, to: target) }
        }
        try within(inner) { try run(body, into: &output) }
    }

    private func runCallBlock(_ call: ExpressionNode, _ caller: MacroNode, into output: inout Output) throws {
        guard case .call(let callee, let nodes) = call.kind else { return }
        var arguments = try arguments(nodes)
        arguments.named["caller"] = .object(Macro(caller, frame: frame, source: source))
        let target = try evaluate(callee)
        let written = try located(at: call.offset) { try self.call(target, arguments) }
        try output.write(written)
    }
}

extension Datum {
    var isNull: Bool { if case .value(.null) = self { true } else { false } }
}
