import Diagnostics
import YAML

/// The code inside `{{ }}` and `{% %}`: names, literals, symbols.
extension Lexer {
    /// Reads tokens up to and with the tag's end; up to the end of the text when there is no tag.
    mutating func readCode(until end: Token.Kind?, openedAt start: Int) throws {
        var brackets: [(opener: Symbol, offset: Int)] = []
        while true {
            skipWhitespace()
            if brackets.isEmpty, let end, skipTagEnd(end) { return }
            guard position < limit else { break }
            try readToken(in: end, brackets: &brackets)
        }
        if let open = brackets.last { throw fault("'\(open.opener.rawValue)' is never closed", at: open.offset) }
        if end != nil { throw fault("the tag is never closed", at: start) }
    }

    private mutating func skipTagEnd(_ end: Token.Kind) -> Bool {
        let offset = position
        let isBlock = end == .blockEnd
        let scalars = isBlock ? delimiters.blockEnd : delimiters.variableEnd
        guard skipEnd(scalars, trims: isBlock && options.trimBlocks, allowsPlus: isBlock) else { return false }
        append(end, at: offset)
        return true
    }

    private mutating func readToken(
        in end: Token.Kind?, brackets: inout [(opener: Symbol, offset: Int)]
    ) throws {
        let offset = position
        guard let scalar = scalar(at: position) else { return }
        switch scalar {
        case "'", "\"":
            let keeps = keepsBackslashes && end == .variableEnd
            append(.string(try readString(quote: scalar, keepsBackslashes: keeps)), at: offset)
        case "0"..."9":
            append(try readNumber(), at: offset)
        case _ where scalar == "_" || scalar.properties.isXIDStart:
            append(.name(readName()), at: offset)
        default:
            let symbol = try readSymbol()
            try balance(symbol, at: offset, brackets: &brackets)
            append(.symbol(symbol), at: offset)
        }
    }

    private mutating func readName() -> String {
        let start = position
        while let scalar = scalar(at: position), scalar.properties.isXIDContinue { position += 1 }
        return String(source.scalars[start..<position])
    }

    private mutating func readSymbol() throws -> Symbol {
        for width in [2, 1] where position + width <= limit {
            if let symbol = Symbol(rawValue: String(source.scalars[position..<position + width])) {
                position += width
                return symbol
            }
        }
        let character = String(source.scalars[position..<position + 1])
        throw fault("unexpected character \(PythonText.representation(of: character))", at: position)
    }

    private func balance(
        _ symbol: Symbol, at offset: Int, brackets: inout [(opener: Symbol, offset: Int)]
    ) throws {
        if symbol.closer != nil { brackets.append((symbol, offset)) }
        guard symbol.isCloser else { return }
        guard let open = brackets.popLast() else { throw fault("unexpected '\(symbol.rawValue)'", at: offset) }
        guard let expected = open.opener.closer, expected == symbol else {
            let expected = open.opener.closer?.rawValue ?? ""
            throw fault("unexpected '\(symbol.rawValue)', expected '\(expected)'", at: offset)
        }
    }

    private mutating func readString(quote: Unicode.Scalar, keepsBackslashes: Bool) throws -> String {
        let start = position
        position += 1
        let textStart = position
        while let scalar = scalar(at: position), scalar != quote {
            position += scalar == "\\" ? 2 : 1
        }
        guard position < limit else { throw fault("the string is never closed", at: start) }
        let raw = source.scalars[textStart..<position]
        position += 1
        if keepsBackslashes { return String(raw) }
        guard let text = StringLiteral.unescaped(raw) else {
            throw fault("the string holds a broken backslash escape", at: start, hint: "write '\\\\' for a backslash")
        }
        return text
    }
}
