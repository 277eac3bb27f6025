import Diagnostics
import YAML

/// What is attached to a value: attributes, items, calls, filters, tests.
extension Parser {
    mutating func parsePostfix(_ base: ExpressionNode) throws -> ExpressionNode {
        var node = base
        while true {
            switch current.kind {
            case .symbol(.dot): node = try parseAttribute(of: node)
            case .symbol(.leftBracket): node = try parseSubscript(of: node)
            case .symbol(.leftParenthesis): node = try parseCall(of: node)
            default: return node
            }
        }
    }

    private mutating func parseAttribute(of base: ExpressionNode) throws -> ExpressionNode {
        advance()
        let token = current
        advance()
        switch token.kind {
        case .name(let name):
            try checkMoment(base, name, at: token.offset)
            return ExpressionNode(kind: .attribute(base, name), offset: token.offset)
        case .integer(let number):
            let index = ExpressionNode(kind: .literal(.int(number)), offset: token.offset)
            return ExpressionNode(kind: .item(base, index), offset: token.offset)
        default:
            throw fault("unexpected \(token.kind.description), expected a name or a number", at: token.offset)
        }
    }

    /// Refuses what `now()` can't tell.
    private func checkMoment(_ base: ExpressionNode, _ name: String, at offset: Int) throws {
        guard case .call(let callee, let arguments) = base.kind, case .name("now") = callee.kind,
            arguments.positional.count < 2, !arguments.named.contains(where: { $0.name == "fmt" }),
            !Moment.names.contains(name)
        else { return }
        throw fault(
            "now() has no '\(name)'", at: offset,
            hint: Suggestion.hint(for: name, among: Moment.names) ?? "use strftime('…')")
    }

    private mutating func parseSubscript(of base: ExpressionNode) throws -> ExpressionNode {
        advance()
        let offset = current.offset
        if isAt(.rightBracket) { throw unexpected(wanted: "a key") }
        let start = isAt(.colon) ? nil : try parseExpression()
        if let start, !isAt(.colon) {
            try expect(.rightBracket)
            return ExpressionNode(kind: .item(base, start), offset: offset)
        }
        try expect(.colon)
        var slice = SliceNode(start: start)
        if !isAt(.colon), !isAt(.rightBracket) { slice.stop = try parseExpression() }
        if skip(.colon), !isAt(.rightBracket) { slice.step = try parseExpression() }
        try expect(.rightBracket)
        return ExpressionNode(kind: .slice(base, slice), offset: offset)
    }

    private mutating func parseCall(of base: ExpressionNode) throws -> ExpressionNode {
        let arguments = try parseArguments()
        if case .name(let function) = base.kind, ["lookup", "query", "q"].contains(function) {
            try checkLookup(arguments)
        }
        return ExpressionNode(kind: .call(base, arguments), offset: base.offset)
    }

    /// Refuses a lookup or an option that there is not, where its name stands in the text.
    private func checkLookup(_ arguments: ArgumentNodes) throws {
        guard let first = arguments.positional.first, case .literal(.string(let name)) = first.kind else { return }
        guard LookupName.all.contains(LookupName.short(name)) else {
            throw fault("lookup '\(name)' is not supported", at: first.offset, hint: LookupName.hint(for: name))
        }
        for option in arguments.named {
            guard let refusal = LookupName.refusal(of: option.name, for: name) else { continue }
            throw fault(refusal.message, at: option.value.offset, hint: refusal.hint)
        }
    }

    mutating func parseArguments() throws -> ArgumentNodes {
        try expect(.leftParenthesis)
        var arguments = ArgumentNodes()
        var isFirst = true
        while !isAt(.rightParenthesis) {
            if !isFirst { try expect(.comma) }
            if isAt(.rightParenthesis) { break }
            isFirst = false
            try parseArgument(into: &arguments)
        }
        try expect(.rightParenthesis)
        return arguments
    }

    private mutating func parseArgument(into arguments: inout ArgumentNodes) throws {
        let offset = current.offset
        if skip(.multiply) {
            guard arguments.spread == nil, arguments.namedSpread == nil else {
                throw fault("'*' arguments may come once", at: offset)
            }
            arguments.spread = try parseExpression()
        } else if skip(.power) {
            guard arguments.namedSpread == nil else { throw fault("'**' arguments may come once", at: offset) }
            arguments.namedSpread = try parseExpression()
        } else if case .name(let name) = current.kind, next.kind == .symbol(.assign) {
            advance()
            advance()
            guard !arguments.named.contains(where: { $0.name == name }) else {
                throw fault("argument '\(name)' is given twice", at: offset)
            }
            arguments.named.append((name, try parseExpression()))
        } else {
            guard arguments.named.isEmpty, arguments.spread == nil, arguments.namedSpread == nil else {
                throw fault("an argument without a name follows one with a name", at: offset)
            }
            arguments.positional.append(try parseExpression())
        }
    }

    mutating func parseFiltersAndTests(_ base: ExpressionNode) throws -> ExpressionNode {
        var node = base
        while true {
            switch current.kind {
            case .symbol(.pipe):
                advance()
                let filter = try parseFilter()
                node = ExpressionNode(kind: .filter(node, filter), offset: filter.offset)
            case .name("is"): node = try parseTest(of: node)
            case .symbol(.leftParenthesis): node = try parseCall(of: node)
            default: return node
            }
        }
    }

    /// The name and the arguments behind a `|`.
    mutating func parseFilter() throws -> FilterNode {
        let offset = current.offset
        let name = try parseDottedName("the name of a filter")
        let filter = try self.filter(name, at: offset)
        let arguments = isAt(.leftParenthesis) ? try parseArguments() : ArgumentNodes()
        if name == "map", let mapped = arguments.positional.first, case .literal(.string(let inner)) = mapped.kind {
            _ = try self.filter(inner, at: mapped.offset)
        }
        try check(arguments, against: filter.parameters, of: "filter '\(name)'", at: offset)
        return FilterNode(name: name, filter: filter, arguments: arguments, offset: offset)
    }

    private func filter(_ name: String, at offset: Int) throws -> Filter {
        do {
            return try Filter.named(name)
        } catch let missing as Fault {
            throw fault(missing.message, at: offset, hint: missing.hint)
        }
    }

    private mutating func parseTest(of base: ExpressionNode) throws -> ExpressionNode {
        advance()
        let isNegated = skip("not")
        let offset = current.offset
        let name = try parseDottedName("the name of a test")
        guard let test = Test.all[name] else {
            throw fault("there is no test '\(name)'", at: offset, hint: Test.all.hint(for: name))
        }
        let arguments = try parseTestArguments()
        try check(arguments, against: test.parameters, of: "test '\(name)'", at: offset)
        let node = TestNode(name: name, test: test, arguments: arguments, offset: offset)
        let tested = ExpressionNode(kind: .test(base, node), offset: offset)
        return isNegated ? ExpressionNode(kind: .not(tested), offset: offset) : tested
    }

    private mutating func parseTestArguments() throws -> ArgumentNodes {
        switch current.kind {
        case .symbol(.leftParenthesis): return try parseArguments()
        case .name("else"), .name("or"), .name("and"): return ArgumentNodes()
        case .name("is"): throw fault("tests with 'is' can't be chained", hint: "join them with 'and'")
        case .name, .string, .integer, .float, .symbol(.leftBracket), .symbol(.leftBrace):
            // As in Jinja, `x is test y` takes a word as an argument, but `x is test if …` is the inline if.
            if isAt("if") || isAt("not") || isAt("in") || isAt("recursive") { return ArgumentNodes() }
            let argument = try parsePrimary()
            return ArgumentNodes(positional: [try parsePostfix(argument)])
        default: return ArgumentNodes()
        }
    }

    private mutating func parseDottedName(_ what: String) throws -> String {
        var name = try expectName(what)
        while skip(.dot) { name += "." + (try expectName("a name")) }
        return name
    }

    /// Refuses arguments that the filter or test has no parameter for.
    private func check(
        _ arguments: ArgumentNodes, against parameters: Parameters, of what: String, at offset: Int
    ) throws {
        if !parameters.takesMorePositional, arguments.positional.count > parameters.names.count {
            throw fault("\(what) takes at most \(parameters.names.count) arguments", at: offset)
        }
        if parameters.takesMoreNamed { return }
        for argument in arguments.named where !parameters.names.contains(argument.name) {
            throw fault(
                "\(what) has no argument '\(argument.name)'", at: argument.value.offset,
                hint: Suggestion.hint(for: argument.name, among: parameters.names))
        }
    }
}
