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

    package init(_ arguments: Arguments, in context: ModuleContext) throws {
        file = try TextFileEdit(arguments)
        expression = try arguments.requiredString("regexp")
        replacement = try arguments.string("replace") ?? ""
        section =
            switch (try arguments.string("after"), try arguments.string("before")) {
            case (nil, nil): nil
            case (let after?, nil): "(?:\(after))(?<subsection>.*)"
            case (nil, let before?): "(?<subsection>.*)(?:\(before))"
            case (let after?, let before?): "(?:\(after))(?<subsection>.*?)(?:\(before))"
            }
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
            return try replaced(text)
        }
    }

    package func result(of convergence: Convergence, replies: [Reply]) -> ValueMap {
        file.result(of: convergence, replies: replies)
    }

    /// nil when the part that is meant is not there.
    func replaced(_ text: String) throws -> String? {
        guard let section else { return try substituted(text[...]) }
        let regex = try Self.regex(section).dotMatchesNewlines()
        guard let part = try regex.firstMatch(in: text)?.output["subsection"]?.range else { return nil }
        return text[..<part.lowerBound] + (try substituted(text[part])) + text[part.upperBound...]
    }

    private func substituted(_ text: Substring) throws -> String {
        let regex = try Self.regex(expression).anchorsMatchLineEndings()
        return String(text).replacing(regex) { match in
            LineGroup.expand(
                replacement, match.output.map { LineGroup(name: $0.name, text: $0.substring.map(String.init)) })
        }
    }

    private static func regex(_ pattern: String) throws -> Regex<AnyRegexOutput> {
        try Regex(pattern).matchingSemantics(.unicodeScalar).asciiOnlyCharacterClasses()
    }
}
