import Diagnostics

/// One term of a pattern of hosts: `web`, `&staging`, `!lb1`, `app*[0]`, `~db\d`.
struct HostPattern {
    enum Role { case add, intersect, exclude }

    /// `[2]` or `[1:3]`, both ends included, as Ansible counts them.
    enum Subscript: Hashable {
        case index(Int)
        case range(Int, Int?)
    }

    let role: Role
    /// Without its `&` or `!` and its subscript.
    let expression: String
    let subscription: Subscript?
    /// As it was written.
    let text: String

    init(_ text: String) {
        self.text = text
        var expression = text[...]
        switch text.first {
        case "&": role = .intersect
        case "!": role = .exclude
        default: role = .add
        }
        if role != .add { expression = expression.dropFirst() }
        (self.expression, subscription) = Self.splitSubscript(expression)
    }

    var isRegex: Bool { expression.hasPrefix("~") }

    /// A glob or a regex may name hosts in addition to groups.
    var isWild: Bool { isRegex || expression.contains { "?*[".contains($0) } }

    /// `name[0]`, `name[-1]`, `name[1:3]`, `name[1:]`; a regex keeps its brackets.
    private static func splitSubscript(_ text: Substring) -> (String, Subscript?) {
        guard !text.hasPrefix("~"), text.hasSuffix("]"), let open = text.lastIndex(of: "["), open > text.startIndex
        else {
            return (String(text), nil)
        }
        let bounds = text[text.index(after: open)...].dropLast()
        let name = String(text[..<open])
        if let index = Int(bounds), !bounds.hasPrefix("+") { return (name, .index(index)) }
        let ends = bounds.split(separator: ":", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Int(ends[0]), first >= 0 else { return (String(text), nil) }
        if ends[1].isEmpty { return (name, .range(first, nil)) }
        guard let last = Int(ends[1]), last >= 0 else { return (String(text), nil) }
        return (name, .range(first, last))
    }
}

extension HostPattern {
    /// The terms of a pattern, separated by commas or, when there is none, by colons outside of brackets.
    static func split(_ pattern: String) -> [String] {
        let terms: [Substring]
        if pattern.contains(",") {
            terms = pattern.split(separator: ",")
        } else if HostNames.isAddress(pattern) {
            terms = [pattern[...]]
        } else {
            terms = splitAtColons(pattern)
        }
        return terms.map(trimmed).filter { !$0.isEmpty }
    }

    private static func splitAtColons(_ pattern: String) -> [Substring] {
        var depth = 0
        return pattern.split { character in
            if character == "[" { depth += 1 }
            if character == "]" { depth = max(0, depth - 1) }
            return depth == 0 && (character == ":" || character.isWhitespace)
        }
    }

    static func trimmed(_ text: Substring) -> String {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
