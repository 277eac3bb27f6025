import Diagnostics

/// Macros, and what brings other templates in.
extension Parser {
    mutating func parseMacro(at offset: Int) throws -> StatementNode {
        let name = try expectName("the name of the macro")
        return .macro(try parseMacro(named: name, block: "macro", parameters: parseParameters(), at: offset))
    }

    /// `{% call(user) dump_users(list) %}…{% endcall %}`
    mutating func parseCallBlock(at offset: Int) throws -> StatementNode {
        let parameters = isAt(.leftParenthesis) ? try parseParameters() : []
        let call = try parseExpression()
        guard case .call = call.kind else { throw fault("'call' needs the call of a macro", at: call.offset) }
        let caller = try parseMacro(named: "caller", block: "call", parameters: parameters, at: offset)
        return .callBlock(call: call, caller: caller)
    }

    private mutating func parseMacro(
        named name: String, block: String, parameters: [MacroNode.Parameter], at offset: Int
    ) throws -> MacroNode {
        let outerNames = implicitNames
        implicitNames = []
        defer { implicitNames = outerNames }
        let body = try parseWholeBlock(block, at: offset)
        return MacroNode(name: name, parameters: parameters, body: body, offset: offset, uses: implicitNames)
    }

    private mutating func parseParameters() throws -> [MacroNode.Parameter] {
        try expect(.leftParenthesis)
        var parameters: [MacroNode.Parameter] = []
        while !isAt(.rightParenthesis) {
            if !parameters.isEmpty { try expect(.comma) }
            if isAt(.rightParenthesis) { break }
            let offset = current.offset
            let name = try expectName("the name of a parameter")
            let defaultValue = skip(.assign) ? try parseExpression() : nil
            if defaultValue == nil, parameters.last?.defaultValue != nil {
                throw fault("parameter '\(name)' without a default follows one with a default", at: offset)
            }
            parameters.append(MacroNode.Parameter(name: name, defaultValue: defaultValue))
        }
        try expect(.rightParenthesis)
        return parameters
    }

    mutating func parseInclude(at offset: Int) throws -> StatementNode {
        let template = try parseExpression()
        var ignoresMissing = false
        if isAt("ignore"), next.kind == .name("missing") {
            ignoresMissing = true
            advance()
            advance()
        }
        let hasContext = parseContext() ?? true
        return .include(
            IncludeNode(template: template, ignoresMissing: ignoresMissing, hasContext: hasContext, offset: offset))
    }

    mutating func parseImport(at offset: Int) throws -> StatementNode {
        let template = try parseExpression()
        try expect("as")
        let name = try expectName("a name for the import")
        let hasContext = parseContext() ?? false
        return .importAll(ImportNode(template: template, hasContext: hasContext, offset: offset), as: name)
    }

    mutating func parseFromImport(at offset: Int) throws -> StatementNode {
        let template = try parseExpression()
        try expect("import")
        var names: [(name: String, alias: String)] = []
        var hasContext: Bool?
        while current.kind != .blockEnd {
            hasContext = parseContext()
            if hasContext != nil { break }
            let nameOffset = current.offset
            let name = try expectName("a name to import")
            guard !name.hasPrefix("_") else {
                throw fault("'\(name)' starts with an underscore and can't be imported", at: nameOffset)
            }
            names.append((name, skip("as") ? try expectName("a name for the import") : name))
            hasContext = parseContext()
            guard hasContext == nil, skip(.comma) else { break }
        }
        guard !names.isEmpty else { throw unexpected(wanted: "a name to import") }
        return .importNames(
            ImportNode(template: template, hasContext: hasContext ?? false, offset: offset), names: names)
    }

    /// `with context` or `without context`; nil when neither stands here.
    private mutating func parseContext() -> Bool? {
        guard isAt("with") || isAt("without"), next.kind == .name("context") else { return nil }
        let isWith = isAt("with")
        advance()
        advance()
        return isWith
    }
}
