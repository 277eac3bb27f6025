import OrderedCollections
package import Remote
package import YAML

/// `replace`: every match of a regular expression in a text file, or in a part of it, gives way to a text.
package struct ReplaceModule: Convergent {
    package static let spec = ModuleSpec(
        "ansible.builtin.replace", summary: "Replaces what a regular expression matches in a text file.",
        arguments: [
            ArgumentSpec("path", .path, required: true, aliases: ["dest", "destfile", "name"]),
            ArgumentSpec("regexp", required: true),
            ArgumentSpec("replace"),
            ArgumentSpec("after"),
            ArgumentSpec("before"),
            ArgumentSpec("backup", .bool),
            ArgumentSpec("validate"),
        ] + ArgumentSpec.fileAttributes)

    private let file: TextFileEdit
    private let expression: String
    private let replacement: String
    /// Matches the part of the file that is looked at, as its group 1; nil for all of it.
    private let section: String?
    /// The same as Ansible shows it.
    private let shownSection: String

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        file = try TextFileEdit(arguments)
        expression = try arguments.requiredString("regexp")
        replacement = try arguments.string("replace") ?? ""
        let (after, before) = (try arguments.string("after"), try arguments.string("before"))
        let rest = after == nil || before == nil ? ".*" : ".*?"
        section =
            after == nil && before == nil
            ? nil
            : (after.map { "(?:\($0))" } ?? "") + "(?<subsection>\(rest))" + (before.map { "(?:\($0))" } ?? "")
        shownSection = (after ?? "") + "(?P<subsection>\(rest))" + (before ?? "")
        for name in ["regexp", "after", "before"] {
            guard let pattern = try arguments.string(name) else { continue }
            do {
                _ = try Regex(pattern)
            } catch {
                throw arguments.problem(name, "'\(pattern)' is no regular expression")
            }
        }
    }

    package var probes: [any Probe] { file.probes }

    package func converge(_ findings: Findings) throws -> Convergence {
        try file.converge(findings) { text in
            guard let text else { throw ModuleFailure("path \(file.path) does not exist", result: ["rc": 257]) }
            return try edited(text)
        }
    }

    package func result(of convergence: Convergence, replies: [Reply]) -> ValueMap {
        file.result(of: convergence, replies: replies)
    }

    private func edited(_ text: String) throws -> TextFileEdit.Verdict {
        guard let part = try part(of: text) else {
            return .untouched("Pattern for before/after params did not match the given file: \(shownSection)")
        }
        let (new, count) = try substituted(text[part])
        let message = new == text[part] ? "" : "\(count) replacements made"
        return .edited(.init(text: text[..<part.lowerBound] + new + text[part.upperBound...], message: message))
    }

    /// nil when the part that is meant is not there.
    private func part(of text: String) throws -> Range<String.Index>? {
        guard let section else { return text.startIndex..<text.endIndex }
        return try Self.regex(section).dotMatchesNewlines().firstMatch(in: text)?.output["subsection"]?.range
    }

    private func substituted(_ text: Substring) throws -> (text: String, count: Int) {
        let regex = try Self.regex(expression).anchorsMatchLineEndings()
        var count = 0
        let new = try String(text).replacing(regex) { match in
            count += 1
            return try LineGroup.expand(
                replacement, match.output.map { LineGroup(name: $0.name, text: $0.substring.map(String.init)) })
        }
        return (new, count)
    }

    private static func regex(_ pattern: String) throws -> Regex<AnyRegexOutput> {
        try Regex(pattern).matchingSemantics(.unicodeScalar).asciiOnlyCharacterClasses()
    }
}
