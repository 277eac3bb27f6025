import Diagnostics

/// Cuts a template into tokens by Jinja's rules, white space control included.
struct Lexer {
    let source: Source
    let options: TemplateOptions
    /// Whether backslashes in strings inside `{{ }}` stand for themselves, as in a playbook's values.
    let keepsBackslashes: Bool
    let delimiters: DelimiterScalars
    /// Where the text to read ends: before its last newline when that is not kept.
    let limit: Int
    var position: Int
    var tokens: [Token] = []

    init(_ source: Source, options: TemplateOptions, from start: Int = 0, keepsBackslashes: Bool = false) {
        self.source = source
        self.options = options
        self.keepsBackslashes = keepsBackslashes
        delimiters = DelimiterScalars(options.delimiters)
        limit = source.scalars.count - (source.scalars.last == "\n" ? 1 : 0)
        position = min(start, limit)
    }

    /// The tokens of a whole template.
    static func template(
        _ source: Source, options: TemplateOptions, from start: Int, keepsBackslashes: Bool
    ) throws -> [Token] {
        var lexer = Lexer(source, options: options, from: start, keepsBackslashes: keepsBackslashes)
        try lexer.readTemplate()
        return lexer.tokens
    }

    /// The tokens of a bare expression, such as `when:` holds.
    static func expression(_ source: Source) throws -> [Token] {
        var lexer = Lexer(source, options: TemplateOptions())
        try lexer.readCode(until: nil, openedAt: 0)
        lexer.append(.end, at: lexer.position)
        return lexer.tokens
    }

    mutating func append(_ kind: Token.Kind, at offset: Int) {
        tokens.append(Token(kind: kind, offset: offset))
    }

    func fault(_ message: String, at offset: Int, hint: String? = nil) -> Problem {
        source.problem(message, at: offset, hint: hint)
    }

    /// Whether the scalars stand at an offset.
    func matches(_ scalars: [Unicode.Scalar], at offset: Int) -> Bool {
        offset + scalars.count <= limit && source.scalars[offset..<offset + scalars.count].elementsEqual(scalars)
    }

    func scalar(at offset: Int) -> Unicode.Scalar? {
        offset < limit ? source.scalars[offset] : nil
    }

    mutating func skipWhitespace() {
        while let scalar = scalar(at: position), scalar.properties.isWhitespace { position += 1 }
    }
}

/// The kinds of tags.
enum Opening { case block, variable, comment }

/// The delimiters as the lexer compares them.
struct DelimiterScalars {
    let blockStart, blockEnd, variableStart, variableEnd, commentStart, commentEnd: [Unicode.Scalar]
    /// What may open a tag, the longest first, so that one may begin as another does.
    let openings: [Opening]
    let firsts: Set<Unicode.Scalar>

    init(_ delimiters: TemplateOptions.Delimiters) {
        blockStart = Array(delimiters.blockStart.unicodeScalars)
        blockEnd = Array(delimiters.blockEnd.unicodeScalars)
        variableStart = Array(delimiters.variableStart.unicodeScalars)
        variableEnd = Array(delimiters.variableEnd.unicodeScalars)
        commentStart = Array(delimiters.commentStart.unicodeScalars)
        commentEnd = Array(delimiters.commentEnd.unicodeScalars)
        let starts = [(Opening.variable, variableStart), (.block, blockStart), (.comment, commentStart)]
        openings = starts.sorted { $0.1.count > $1.1.count }.map(\.0)
        firsts = Set(starts.compactMap(\.1.first))
    }

    func start(of opening: Opening) -> [Unicode.Scalar] {
        switch opening {
        case .block: blockStart
        case .variable: variableStart
        case .comment: commentStart
        }
    }
}
