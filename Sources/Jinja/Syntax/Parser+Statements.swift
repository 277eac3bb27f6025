import Diagnostics
import YAML

/// Bodies and the statements that control what is written.
extension Parser {
    /// Reads a whole template, past its mistakes as far as it is known what belongs together.
    mutating func parseWholeBody() -> [StatementNode] {
        var body: [StatementNode] = []
        while true {
            do {
                try parse(into: &body, until: [])
                return body
            } catch let problem as Problem {
                problems.append(problem)
                parseOutputs()
            } catch {
                return body
            }
        }
    }

    /// Where blocks are out of order: mistakes in what is written are told all the same.
    private mutating func parseOutputs() {
        while current.kind != .end {
            let isOutput = current.kind == .variableBegin
            advance()
            if isOutput { _ = parseOutput() }
        }
        isTruncated = true
    }

    /// The rest of `{{ … }}`; nil when it is mistaken.
    private mutating func parseOutput() -> ExpressionNode? {
        do {
            let node = try parseTuple()
            try expect(.variableEnd)
            return node
        } catch let problem as Problem {
            recover(from: problem, before: .variableEnd)
            advance()
        } catch {}
        return nil
    }

    /// What stands in the head of a block; what is mistaken is told, and the block is read all the same.
    /// - Parameter followers: the words that may come behind it.
    private mutating func parseHead(
        before followers: Set<String> = [], _ read: (inout Parser) throws -> ExpressionNode
    ) -> ExpressionNode {
        let offset = current.offset
        do {
            let node = try read(&self)
            if case .name(let word) = current.kind, followers.contains(word) { return node }
            guard isAt(.colon) || current.kind == .blockEnd else {
                throw unexpected(wanted: Token.Kind.blockEnd.description)
            }
            return node
        } catch let problem as Problem {
            recover(from: problem, before: .blockEnd)
        } catch {}
        return ExpressionNode(kind: .literal(.null), offset: offset)
    }

    private mutating func recover(from problem: Problem, before kind: Token.Kind) {
        problems.append(problem)
        while current.kind != kind, current.kind != .end { advance() }
    }

    private mutating func noteOpenBlock() {
        guard let open = openBlocks.last, !isTruncated else { return }
        isTruncated = true
        problems.append(
            fault(
                "the '\(open.name)' block is never closed", at: open.offset,
                hint: "end it with '{% end\(open.name) %}'"))
    }

    /// Reads text, output and statements up to a block tag with one of the names, which is left to be read.
    mutating func parseBody(until ends: Set<String>) throws -> [StatementNode] {
        var body: [StatementNode] = []
        try parse(into: &body, until: ends)
        return body
    }

    private mutating func parse(into body: inout [StatementNode], until ends: Set<String>) throws {
        while true {
            switch current.kind {
            case .text(let text):
                body.append(.text(text))
                advance()
            case .variableBegin:
                advance()
                if let node = parseOutput() { body.append(.output(node)) }
            case .blockBegin:
                advance()
                if case .name(let name) = current.kind, ends.contains(name) { return }
                body.append(contentsOf: try nested { try $0.parseStatement() })
                if !isTruncated { try expect(.blockEnd) }
            case .end:
                noteOpenBlock()
                return
            default: throw unexpected()
            }
        }
    }

    /// Reads the rest of the opening tag, then a body.
    mutating func parseBlock(_ name: String, at offset: Int, until ends: Set<String>) throws -> [StatementNode] {
        _ = skip(.colon)
        try expect(.blockEnd)
        openBlocks.append((name, offset))
        defer { openBlocks.removeLast() }
        return try parseBody(until: ends)
    }

    /// A block without branches, up to and with its end tag.
    mutating func parseWholeBlock(_ name: String, at offset: Int) throws -> [StatementNode] {
        let body = try parseBlock(name, at: offset, until: ["end\(name)"])
        advance()
        return body
    }

    private mutating func parseStatement() throws -> [StatementNode] {
        let offset = current.offset
        let name = try expectName("the name of a tag")
        switch name {
        case "if": return [try parseIf(at: offset)]
        case "for": return [try parseFor(at: offset)]
        case "set": return [try parseSet(at: offset)]
        case "with": return [try parseWith(at: offset)]
        case "filter": return [try parseFilterBlock(at: offset)]
        case "print": return try parsePrint()
        case "macro": return [try parseMacro(at: offset)]
        case "call": return [try parseCallBlock(at: offset)]
        case "include": return [try parseInclude(at: offset)]
        case "import": return [try parseImport(at: offset)]
        case "from": return [try parseFromImport(at: offset)]
        case "block": return [try parseNamedBlock(at: offset)]
        default: throw unknownTag(name, at: offset)
        }
    }

    private static let tags = [
        "if", "for", "set", "with", "filter", "print", "macro", "call", "include", "import", "from", "block", "raw",
    ]

    private func unknownTag(_ name: String, at offset: Int) -> Problem {
        if name.hasPrefix("end") || name == "else" || name == "elif" {
            guard let open = openBlocks.last else { return fault("'\(name)' without an open block", at: offset) }
            return fault(
                "unexpected '\(name)': the '\(open.name)' block is open here", at: offset,
                hint: "end it with '{% end\(open.name) %}' first")
        }
        let optional = ["do": "use '{% set _ = … %}'", "break": "filter the loop", "continue": "filter the loop"]
        if let hint = optional[name] {
            return fault("the tag '\(name)' is an extension that Ansible leaves off", at: offset, hint: hint)
        }
        if name == "extends" { return fault("the tag 'extends' is not supported", at: offset, hint: "use 'include'") }
        return fault("there is no tag '\(name)'", at: offset, hint: Suggestion.hint(for: name, among: Parser.tags))
    }

    private mutating func parseIf(at offset: Int) throws -> StatementNode {
        var branches: [StatementNode.Branch] = []
        var test = parseHead { try $0.parseTuple(allowingCondition: false) }
        while true {
            let body = try parseBlock("if", at: offset, until: ["elif", "else", "endif"])
            branches.append(StatementNode.Branch(test: test, body: body))
            if skip("elif") {
                test = parseHead { try $0.parseTuple(allowingCondition: false) }
                continue
            }
            guard skip("else") else { break }
            let otherwise = try parseBlock("if", at: offset, until: ["endif"])
            advance()
            return .branch(branches, otherwise: otherwise)
        }
        advance()
        return .branch(branches, otherwise: [])
    }

    private mutating func parseFor(at offset: Int) throws -> StatementNode {
        let target = try parseTarget(endingBefore: "in")
        try expect("in")
        let items = parseHead(before: ["if", "recursive"]) {
            try $0.parseTuple(allowingCondition: false, endingBefore: "recursive")
        }
        let filter = skip("if") ? parseHead(before: ["recursive"]) { try $0.parseExpression() } : nil
        let isRecursive = skip("recursive")
        let body = try parseBlock("for", at: offset, until: ["endfor", "else"])
        var otherwise: [StatementNode] = []
        if skip("else") { otherwise = try parseBlock("for", at: offset, until: ["endfor"]) }
        advance()
        return .loop(
            LoopNode(
                target: target, items: items, filter: filter, isRecursive: isRecursive, body: body,
                otherwise: otherwise, offset: offset))
    }

    private mutating func parseSet(at offset: Int) throws -> StatementNode {
        let target = try parseTarget(allowsNamespace: true)
        if skip(.assign) { return .assign(target, parseHead { try $0.parseTuple() }) }
        let filters = try parseFilters()
        return .assignBlock(target, filters: filters, body: try parseWholeBlock("set", at: offset))
    }

    private mutating func parseFilters() throws -> [FilterNode] {
        var filters: [FilterNode] = []
        while skip(.pipe) { filters.append(try parseFilter()) }
        return filters
    }

    private mutating func parseWith(at offset: Int) throws -> StatementNode {
        var assignments: [(target: TargetNode, value: ExpressionNode)] = []
        while current.kind != .blockEnd {
            if !assignments.isEmpty { try expect(.comma) }
            let target = try parseTarget()
            try expect(.assign)
            assignments.append((target, try parseExpression()))
        }
        return .with(assignments, body: try parseWholeBlock("with", at: offset))
    }

    private mutating func parseFilterBlock(at offset: Int) throws -> StatementNode {
        let filters = [try parseFilter()] + (try parseFilters())
        return .filterBlock(filters, body: try parseWholeBlock("filter", at: offset))
    }

    private mutating func parsePrint() throws -> [StatementNode] {
        var outputs: [StatementNode] = []
        while current.kind != .blockEnd {
            if !outputs.isEmpty { try expect(.comma) }
            outputs.append(.output(try parseExpression()))
        }
        return outputs
    }

    private mutating func parseNamedBlock(at offset: Int) throws -> StatementNode {
        let name = try expectName("the name of the block")
        _ = skip("scoped")
        _ = skip("required")
        let body = try parseBlock("block", at: offset, until: ["endblock"])
        advance()
        _ = skip(name)
        return .block(body)
    }

    /// What is assigned to: a name, several, or a namespace's attribute.
    mutating func parseTarget(endingBefore end: String? = nil, allowsNamespace: Bool = false) throws -> TargetNode {
        let offset = current.offset
        var targets: [TargetNode] = []
        var hasComma = false
        repeat {
            if current.kind == .symbol(.assign) || current.kind == .symbol(.rightParenthesis) { break }
            if let end, isAt(end) { break }
            targets.append(try parseOneTarget(allowsNamespace: allowsNamespace))
            if isAt(.comma) { hasComma = true }
        } while skip(.comma)
        if !hasComma, let only = targets.first { return only }
        guard !targets.isEmpty else { throw unexpected(wanted: "a name") }
        return TargetNode(kind: .tuple(targets), offset: offset)
    }

    private mutating func parseOneTarget(allowsNamespace: Bool) throws -> TargetNode {
        let offset = current.offset
        if skip(.leftParenthesis) {
            let inner = try nested { try $0.parseTarget(allowsNamespace: allowsNamespace) }
            try expect(.rightParenthesis)
            return inner
        }
        let name = try expectName("a name to assign to")
        guard !Parser.constants.contains(name) else { throw fault("'\(name)' can't be assigned to", at: offset) }
        guard allowsNamespace, skip(.dot) else { return TargetNode(kind: .name(name), offset: offset) }
        let attribute = try expectName("the name of an attribute")
        return TargetNode(kind: .attribute(name, attribute), offset: offset)
    }

    static let constants: Set = ["true", "false", "none", "True", "False", "None"]
}
