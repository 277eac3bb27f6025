/// One mistake in what the user wrote: where it is, what is wrong, and what to write instead.
package struct Problem: Error, Hashable, Sendable {
    /// Where it is; nil when the mistake has no place in a file (a wrong flag, say).
    package var place: Place?
    /// What is wrong: starts with the subject, lower case, no full stop.
    package var message: String
    /// What to do about it, in the imperative; nil when the message says it all.
    package var hint: String?
    /// The line of the file that the place points at, without its newline.
    package var line: String?
    /// What kind of mistake it is; nil when whoever found it can't tell.
    package var rule: Rule?

    package init(
        _ message: String, at place: Place? = nil, hint: String? = nil, line: String? = nil, rule: Rule? = nil
    ) {
        self.message = message
        self.place = place
        self.hint = hint
        self.line = line
        self.rule = rule
    }

    /// The same problem, of this kind unless its own is known.
    package func ruled(_ rule: Rule) -> Problem {
        var ruled = self
        ruled.rule = self.rule ?? rule
        return ruled
    }

    /// The same problem with its line of text cut from the whole file's text, unless it has one already.
    package func showing(_ text: String) -> Problem {
        guard line == nil, let place else { return self }
        let lines = text.split(separator: "\n", maxSplits: place.line, omittingEmptySubsequences: false)
        guard place.line >= 1, place.line <= lines.count else { return self }
        var shown = self
        shown.line = String(lines[place.line - 1])
        return shown
    }
}

extension Problem: CustomStringConvertible {
    /// `file:line:column: message`, the line with a caret under the column, and the hint.
    package var description: String {
        var text = place.map { "\($0): \(message)" } ?? message
        if let line, let place {
            let shown = line.replacing("\t", with: " ")
            text += "\n  | \(shown)\n  | \(String(repeating: " ", count: max(0, place.column - 1)))^"
        }
        if let hint { text += "\n  \(hint)" }
        return text
    }
}

/// Several mistakes found in one go, in the order of their places.
package struct Problems: Error, Hashable, Sendable, CustomStringConvertible {
    package let all: [Problem]

    package init(_ problems: some Sequence<Problem>) {
        all = problems.sorted { left, right in
            switch (left.place, right.place) {
            case (let leftPlace?, let rightPlace?):
                leftPlace == rightPlace ? left.message < right.message : leftPlace < rightPlace
            case (nil, .some): true
            default: false
            }
        }
    }

    package var description: String { all.map(\.description).joined(separator: "\n") }
}
