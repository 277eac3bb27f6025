import Modules

/// Two versions of a text as a unified diff, three lines of context.
struct UnifiedDiff: Sendable {
    private let diff: TextDiff

    init(_ diff: TextDiff) {
        self.diff = diff
    }

    /// `--- a`, `+++ b` and the hunks, a string a line.
    var lines: [String] {
        let old = Self.split(diff.before)
        let new = Self.split(diff.after)
        let edits = Self.edits(from: old, to: new)
        guard edits.contains(where: { $0.kind != .same }) else { return [] }
        let names = [
            "--- \(diff.before == nil ? "/dev/null" : diff.name)", "+++ \(diff.after == nil ? "/dev/null" : diff.name)",
        ]
        return names + hunks(edits)
    }

    private struct Edit {
        enum Kind { case same, removed, added }
        var kind: Kind
        var line: Line

        /// As diff(1) shows it.
        var lines: [String] {
            let mark = kind == .same ? " " : kind == .removed ? "-" : "+"
            let text = mark + String(decoding: line.bytes, as: UTF8.self)
            return line.isEnded ? [text] : [text, "\\ No newline at end of file"]
        }
    }

    /// Compared byte by byte: what only looks the same to people is a difference.
    private struct Line: Hashable {
        var bytes: [UInt8]
        /// A newline follows, which the last line of a text may lack.
        var isEnded = true
    }

    private static func split(_ text: String?) -> [Line] {
        let pieces = (text ?? "").utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let lines = pieces.dropLast().map { Line(bytes: Array($0)) }
        guard let rest = pieces.last, !rest.isEmpty else { return lines }
        return lines + [Line(bytes: Array(rest), isEnded: false)]
    }

    private static func edits(from old: [Line], to new: [Line]) -> [Edit] {
        let difference = new.difference(from: old)
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var edits: [Edit] = []
        var oldIndex = 0
        var newIndex = 0
        while oldIndex < old.count || newIndex < new.count {
            if oldIndex < old.count, removed.contains(oldIndex) {
                edits.append(Edit(kind: .removed, line: old[oldIndex]))
                oldIndex += 1
            } else if newIndex < new.count, added.contains(newIndex) {
                edits.append(Edit(kind: .added, line: new[newIndex]))
                newIndex += 1
            } else {
                edits.append(Edit(kind: .same, line: new[newIndex]))
                oldIndex += 1
                newIndex += 1
            }
        }
        return edits
    }

    private func hunks(_ edits: [Edit]) -> [String] {
        let context = 3
        var lines: [String] = []
        var index = 0
        var oldLine = 1
        var newLine = 1
        while let first = edits[index...].firstIndex(where: { $0.kind != .same }) {
            var end = first
            var last = first
            while end < edits.count, end - last <= 2 * context {
                if edits[end].kind != .same { last = end }
                end += 1
            }
            let start = max(index, first - context)
            let stop = min(edits.count, last + context + 1)
            let skipped = start - index
            oldLine += skipped
            newLine += skipped
            let hunk = edits[start..<stop]
            let oldCount = hunk.count { $0.kind != .added }
            let newCount = hunk.count { $0.kind != .removed }
            lines.append("@@ -\(range(oldLine, oldCount)) +\(range(newLine, newCount)) @@")
            lines += hunk.flatMap(\.lines)
            oldLine += oldCount
            newLine += newCount
            index = stop
            if index >= edits.count { break }
        }
        return lines
    }

    private func range(_ start: Int, _ count: Int) -> String {
        count == 1 ? "\(start)" : "\(count == 0 ? start - 1 : start),\(count)"
    }
}
