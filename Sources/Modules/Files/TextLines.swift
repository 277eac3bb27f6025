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

    /// A line with `\1`, `\g<1>`, `\g<name>` and `\n`, `\t`, `\\` filled in, as Python's `match.expand` does.
    static func expand(_ template: String, _ groups: [LineGroup]) -> String {
        template.replacing(/\\(?:g<([^>]+)>|(\d{1,2})|(.))/) { match in
            let reference = match.output.1 ?? match.output.2
            if let reference {
                let group =
                    Int(reference).map { $0 < groups.count ? groups[$0] : nil }
                    ?? groups.first { $0.name == String(reference) }
                return group?.text ?? ""
            }
            switch match.output.3 {
            case "n": return "\n"
            case "t": return "\t"
            case "\\": return "\\"
            default: return String(match.output.0)
            }
        }
    }
}
