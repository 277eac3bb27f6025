/// How much of a text changes, for summaries.
enum TextChange {
    /// `3 lines changed`; nil when one of the texts is not known.
    static func count(_ before: String?, _ after: String?) -> String? {
        guard let before, let after else { return nil }
        let old = before.split(separator: "\n", omittingEmptySubsequences: false)
        let new = after.split(separator: "\n", omittingEmptySubsequences: false)
        let difference = new.difference(from: old)
        return "\(lines(max(1, difference.insertions.count, difference.removals.count))) changed"
    }

    static func lines(_ count: Int) -> String { count == 1 ? "1 line" : "\(count) lines" }
}

extension String {
    /// Lines of a file: the last one need not end with a newline.
    var lineCount: Int {
        let newlines = utf8.count { $0 == UInt8(ascii: "\n") }
        return isEmpty || hasSuffix("\n") ? newlines : newlines + 1
    }
}
