/// A file of `[section]` and `key = value`, as Python's configparser reads and writes it.
struct INIFile: Sendable {
    struct Section: Hashable, Sendable {
        var name: String
        /// Pairs of a key and a value; the lines of a value are separated by newlines.
        var entries: [[String]]
    }

    var sections: [Section] = []

    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let trimmed = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
            if trimmed.hasPrefix("["), trimmed.hasSuffix("]"), line.first?.isWhitespace == false {
                sections.append(Section(name: String(trimmed.dropFirst().dropLast()), entries: []))
            } else if let last = sections.indices.last {
                sections[last].take(trimmed, continues: line.first?.isWhitespace == true)
            }
        }
    }

    /// As configparser writes it: further lines of a value are indented by a tab.
    var text: String {
        sections.map { section in
            "[\(section.name)]\n"
                + section.entries.map { "\($0[0]) = \($0[1].replacing("\n", with: "\n\t"))\n" }.joined() + "\n"
        }.joined()
    }

    /// The same for files that mean the same.
    var canonical: [Section] {
        sections.map { Section(name: $0.name, entries: $0.entries.sorted { $0[0] < $1[0] }) }.sorted {
            $0.name < $1.name
        }
    }
}

extension INIFile.Section {
    fileprivate mutating func take(_ line: String, continues: Bool) {
        if continues, let last = entries.indices.last {
            entries[last][1] += "\n" + line
            return
        }
        guard let separator = line.firstIndex(where: { $0 == "=" || $0 == ":" }) else { return }
        let key = line[..<separator].lowercased().split(separator: " ").joined(separator: " ")
        let value = line[line.index(after: separator)...].drop { $0 == " " }
        entries.append([key, String(value)])
    }
}
