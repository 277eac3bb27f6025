/// Python's string functions, which count in Unicode scalars.
extension String {
    var pythonLength: Int { unicodeScalars.count }

    func trimmingWhitespace() -> String { trimmed { $0.properties.isWhitespace } }

    func trimmingCharacters(in set: String) -> String {
        let scalars = Set(set.unicodeScalars)
        return trimmed { scalars.contains($0) }
    }

    func trimmed(
        start: Bool = true, end: Bool = true, where isDropped: (Unicode.Scalar) -> Bool
    ) -> String {
        var view = unicodeScalars[...]
        if start { view = view.drop(while: isDropped) }
        if end { while let last = view.last, isDropped(last) { view.removeLast() } }
        return String(String.UnicodeScalarView(view))
    }

    /// Python's `expandtabs`: each tab gives way to the spaces up to the next stop.
    func expandingTabs(to width: Int) -> String {
        var result = String.UnicodeScalarView()
        var column = 0
        for scalar in unicodeScalars {
            if scalar == "\t" {
                let spaces = width > 0 ? width - column % width : 0
                result.append(contentsOf: String(repeating: " ", count: spaces).unicodeScalars)
                column += spaces
            } else {
                result.append(scalar)
                column = scalar == "\n" || scalar == "\r" ? 0 : column + 1
            }
        }
        return String(result)
    }

    /// Parts between a separator; without one, the words between white space.
    func pythonSplit(_ separator: String?, limit: Int = -1) throws -> [String] {
        guard let separator else { return splitAtWhitespace(limit: limit) }
        guard !separator.isEmpty else { throw Fault("the separator to split at is empty") }
        let mark = Array(separator.unicodeScalars)
        var parts: [String] = []
        var rest = unicodeScalars[...]
        while limit < 0 || parts.count < limit, let range = rest.firstRange(of: mark) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }

    private func splitAtWhitespace(limit: Int) -> [String] {
        var parts: [String] = []
        var rest = unicodeScalars.drop { $0.properties.isWhitespace }
        while !rest.isEmpty {
            if limit >= 0, parts.count >= limit {
                parts.append(String(rest).trimmed(start: false) { $0.properties.isWhitespace })
                break
            }
            let word = rest.prefix { !$0.properties.isWhitespace }
            parts.append(String(word))
            rest = rest[word.endIndex...].drop { $0.properties.isWhitespace }
        }
        return parts
    }

    /// Replaces the first `count` occurrences; all when it is negative.
    func pythonReplace(_ old: String, with new: String, count: Int = -1) -> String {
        if old.isEmpty { return interleaved(with: new, count: count) }
        let mark = Array(old.unicodeScalars)
        var result = String.UnicodeScalarView()
        var rest = unicodeScalars[...]
        var replaced = 0
        while count < 0 || replaced < count, let range = rest.firstRange(of: mark) {
            result.append(contentsOf: rest[..<range.lowerBound])
            result.append(contentsOf: new.unicodeScalars)
            rest = rest[range.upperBound...]
            replaced += 1
        }
        result.append(contentsOf: rest)
        return String(result)
    }

    private func interleaved(with new: String, count: Int) -> String {
        var result = count == 0 ? "" : new
        for (index, scalar) in unicodeScalars.enumerated() {
            result.unicodeScalars.append(scalar)
            if count < 0 || index + 1 < count { result += new }
        }
        return result
    }

    /// Python's `splitlines`.
    func pythonLines(keepingEnds: Bool = false) -> [String] {
        var lines: [String] = []
        var line = ""
        var previous: Unicode.Scalar?
        for scalar in unicodeScalars {
            if scalar == "\n", previous == "\r" {
                if keepingEnds, !lines.isEmpty { lines[lines.count - 1] += "\n" }
            } else if String.lineEnds.contains(scalar) {
                lines.append(keepingEnds ? line + String(scalar) : line)
                line = ""
            } else {
                line.unicodeScalars.append(scalar)
            }
            previous = scalar
        }
        return line.isEmpty ? lines : lines + [line]
    }

    private static let lineEnds: Set<Unicode.Scalar> = [
        "\n", "\r", "\u{0B}", "\u{0C}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{85}", "\u{2028}", "\u{2029}",
    ]

    /// The first scalar in upper case, the rest in lower case.
    var pythonCapitalized: String {
        let scalars = unicodeScalars
        guard let first = scalars.first else { return self }
        return first.properties.titlecaseMapping + String(scalars.dropFirst()).lowercased()
    }

    /// Padded on the left, the right or both sides.
    func padded(to width: Int, left: Bool, right: Bool, with fill: Unicode.Scalar = " ") -> String {
        let missing = width - pythonLength
        guard missing > 0, width <= Arithmetic.largestRepetition else { return self }
        let before = left && right ? missing / 2 + (missing & width & 1) : left ? missing : 0
        let fills = { String(repeating: String(fill), count: $0) }
        return fills(before) + self + fills(missing - before)
    }
}
