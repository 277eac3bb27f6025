/// The edit of a text that `lineinfile` makes: pure, and Ansible's step by step.
struct LineEdit: Sendable {
    enum Place: Hashable, Sendable {
        case beginning
        case end
        case after(String)
        case before(String)
    }

    var pattern: LinePattern?
    var line: String
    var place = Place.end
    var fillsReferences = false
    var firstMatch = false

    /// What became of a text.
    struct Edited {
        var text: String
        var deed: Deed = .nothing
    }

    enum Deed: Hashable {
        case nothing, added, replaced
        case removed(Int)

        /// Ansible's `msg`.
        var message: String {
            switch self {
            case .nothing, .removed(0): ""
            case .added: "line added"
            case .replaced: "line replaced"
            case .removed(let count): "\(count) line(s) removed"
            }
        }
    }

    /// The text with the line in it.
    func applied(to text: String) throws -> Edited {
        var document = TextLines(text)
        let found = try search(document)
        guard let index = found.index else {
            guard !fillsReferences else { return Edited(text: text) }
            insert(into: &document, at: found.neighbour)
            return Edited(text: document.text, deed: .added)
        }
        var new = line
        if fillsReferences, let groups = found.groups { new = try LineGroup.expand(line, groups) }
        if new.unicodeScalars.last != "\n" { new += "\n" }
        guard document.lines[index] != new else { return Edited(text: text) }
        document.lines[index] = new
        return Edited(text: document.text, deed: .replaced)
    }

    /// The text without the lines that match; without a pattern, without those that equal the line.
    static func removed(_ pattern: LinePattern?, line: String?, from text: String) throws -> Edited {
        let matcher = try pattern?.matcher()
        var document = TextLines(text)
        let count = document.lines.count
        document.lines.removeAll { current in
            matcher.map { $0.match(current) != nil } ?? (current.withoutNewline == line)
        }
        return Edited(text: document.text, deed: .removed(count - document.lines.count))
    }

    private struct Found {
        /// The line to replace.
        var index: Int?
        var groups: [LineGroup]?
        /// Where to insert when there is no line to replace.
        var neighbour: Int?
    }

    private func search(_ document: TextLines) throws -> Found {
        var found = Found()
        if let matcher = try pattern?.matcher() {
            for (number, current) in document.lines.enumerated() {
                guard let groups = matcher.match(current) else { continue }
                (found.index, found.groups) = (number, groups)
                if firstMatch { return found }
            }
        }
        return found.index == nil ? try searchPlace(document) : found
    }

    /// No line matches: the line itself, or the line before or after which it goes.
    private func searchPlace(_ document: TextLines) throws -> Found {
        var found = Found()
        let neighbour: (matcher: LineMatcher, offset: Int)? =
            switch place {
            case .after(let pattern): (try LinePattern.expression(pattern).matcher(), 1)
            case .before(let pattern): (try LinePattern.expression(pattern).matcher(), 0)
            case .beginning, .end: nil
            }
        for (number, current) in document.lines.enumerated() {
            if current.withoutNewline == line {
                found.index = number
            } else if let neighbour, neighbour.matcher.match(current) != nil {
                found.neighbour = number + neighbour.offset
                if firstMatch { break }
            }
        }
        return found
    }

    private func insert(into document: inout TextLines, at neighbour: Int?) {
        switch (place, neighbour) {
        case (.beginning, _): document.lines.insert(line + "\n", at: 0)
        case (.end, _), (_, nil):
            document.endLastLine()
            document.lines.append(line + "\n")
        case (_, let index?):
            if index == document.lines.count { document.endLastLine() }
            document.lines.insert(line + "\n", at: index)
        }
    }
}
