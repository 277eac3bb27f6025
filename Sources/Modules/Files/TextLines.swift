/// A text as lines that keep their newlines, as Python's readlines gives them.
struct TextLines: Equatable, Sendable {
    var lines: [String]

    init(_ text: String) {
        lines = []
        var rest = text.utf8[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")).map(rest.index(after:)) ?? rest.endIndex
            lines.append(String(decoding: rest[..<end], as: UTF8.self))
            rest = rest[end...]
        }
    }

    var text: String { lines.joined() }

    /// Gives the last line its newline, if there is a last line and it has none.
    mutating func endLastLine() {
        guard let end = lines.last?.unicodeScalars.last, end != "\n", end != "\r" else { return }
        lines[lines.count - 1] += "\n"
    }
}

extension String {
    /// Without the `\r` and `\n` at its end.
    var withoutNewline: String {
        var scalars = unicodeScalars
        while let last = scalars.last, last == "\n" || last == "\r" { scalars.removeLast() }
        return String(scalars)
    }

    /// Without one `\n` at its end: what a regular expression sees of a line.
    fileprivate var withoutLineFeed: String {
        unicodeScalars.last == "\n" ? String(unicodeScalars.dropLast()) : self
    }
}

/// A regular expression or a plain text to look for in lines.
enum LinePattern: Hashable, Sendable {
    case expression(String)
    case text(String)

    /// Made anew for each edit: a `Regex` can't be kept in a value that crosses threads.
    func matcher() throws -> LineMatcher {
        switch self {
        case .expression(let pattern):
            .expression(try Regex(pattern).matchingSemantics(.unicodeScalar).asciiOnlyCharacterClasses())
        case .text(let text): .text(text)
        }
    }
}

enum LineMatcher {
    case expression(Regex<AnyRegexOutput>)
    case text(String)

    /// The match of a line: its groups, none for a plain text.
    func match(_ line: String) -> [LineGroup]? {
        switch self {
        case .text(let text): line.utf8.firstRange(of: text.utf8) == nil ? nil : []
        case .expression(let regex):
            (try? regex.firstMatch(in: line.withoutLineFeed)).flatMap(\.self).map { match in
                match.output.map { LineGroup(name: $0.name, text: $0.substring.map(String.init)) }
            }
        }
    }
}

/// A group of a match, the whole match being the first.
struct LineGroup {
    var name: String?
    var text: String?

    /// A line with `\1`, `\g<1>`, `\g<name>` and `\n`, `\t`, `\\` filled in, as Python's `match.expand` does: `\0` and
    /// three octal digits are a character.
    /// - Throws: `ModuleFailure` where Python finds no group, or knows no such escape.
    static func expand(_ template: String, _ groups: [LineGroup]) throws -> String {
        let escape = /\\(?:g<([^>]*)>|(0[0-7]{0,2}|[1-7][0-7]{2})|([1-9][0-9]?)|(.)|$)/.dotMatchesNewlines()
        return try template.replacing(escape) { match in
            if let reference = match.output.1 ?? match.output.3 { return try text(of: reference, in: groups) }
            if let octal = match.output.2 {
                guard let code = UInt8(octal, radix: 8) else {
                    throw ModuleFailure("the octal escape '\\\(octal)' in the replacement is past 0o377")
                }
                return String(Unicode.Scalar(code))
            }
            switch match.output.4 {
            case "n": return "\n"
            case "t": return "\t"
            case "r": return "\r"
            case "a": return "\u{07}"
            case "b": return "\u{08}"
            case "f": return "\u{0C}"
            case "v": return "\u{0B}"
            case "\\": return "\\"
            case nil: throw ModuleFailure("the replacement ends in a backslash")
            case let letter? where letter.unicodeScalars.allSatisfy({ $0.isASCII && $0.properties.isAlphabetic }):
                throw ModuleFailure("the replacement has the unknown escape '\\\(letter)'")
            default: return String(match.output.0)
            }
        }
    }

    private static func text(of reference: Substring, in groups: [LineGroup]) throws -> String {
        let group =
            if let index = Int(reference) { groups.indices.contains(index) ? groups[index] : nil } else {
                groups.first { $0.name == String(reference) }
            }
        guard let group else { throw ModuleFailure("the replacement refers to group \(reference), which there is not") }
        return group.text ?? ""
    }
}
