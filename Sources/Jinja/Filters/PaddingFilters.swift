import YAML

extension Filter {
    /// Filters that lay a text out.
    static let paddingFilters: [String: Filter] = [
        "indent": .text(["width", "first", "blank"]) { text, arguments in
            let width = try arguments.value("width") ?? 4
            guard let indent = width.string ?? width.integer.map({ String(repeating: " ", count: max(0, $0)) }) else {
                throw Fault("filter 'indent' needs an integer or a string, not \(width.kind)")
            }
            return .string(
                try indented(text, by: indent, first: arguments.flag("first"), blank: arguments.flag("blank")))
        },
        "center": .text(["width"]) { text, arguments in
            .string(text.padded(to: try arguments.int("width") ?? 80, left: true, right: true))
        },
        "truncate": .text(["length", "killwords", "end", "leeway"]) { text, arguments in
            let length = try arguments.int("length") ?? 255
            let end = try arguments.string("end") ?? "..."
            guard length >= end.pythonLength else { throw Fault("filter 'truncate' can't fit its end in its length") }
            if text.pythonLength <= length + (try arguments.int("leeway") ?? 5) { return .string(text) }
            let cut = String(text.unicodeScalars.prefix(length - end.pythonLength))
            if try arguments.flag("killwords") { return .string(cut + end) }
            let lastSpace = cut.unicodeScalars.lastIndex(of: " ")
            return .string((lastSpace.map { String(cut.unicodeScalars[..<$0]) } ?? cut) + end)
        },
        "wordwrap": .text(["width", "break_long_words", "wrapstring", "break_on_hyphens"]) { text, arguments in
            let width = try arguments.int("width") ?? 79
            guard width > 0 else { throw Fault("filter 'wordwrap' needs a positive width") }
            let wrapper = WordWrap(
                width: width, breaksLongWords: try arguments.flag("break_long_words", default: true),
                breaksOnHyphens: try arguments.flag("break_on_hyphens", default: true))
            let lines = text.pythonLines().map { wrapper.lines(of: $0) }
            let separator = try arguments.string("wrapstring") ?? "\n"
            return .string(lines.map { $0.joined(separator: separator) }.joined(separator: separator))
        },
    ]

    private static func indented(_ text: String, by indent: String, first: Bool, blank: Bool) -> String {
        let lines = (text + "\n").pythonLines()
        let rest = lines.dropFirst().map { $0.isEmpty && !blank ? $0 : indent + $0 }
        return (first ? indent : "") + (lines.prefix(1) + rest).joined(separator: "\n")
    }
}
